using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Snapshots;

public class SnapshotIdTests
{
    [Fact]
    public void Create_WithinOneSecond_SortsByTime()
    {
        var second = new DateTimeOffset(2026, 11, 20, 20, 14, 2, TimeSpan.FromHours(1));
        var ids = Enumerable.Range(0, 1000).Select(millisecond => SnapshotId.Create(second.AddMilliseconds(millisecond)).Value).ToList();

        Assert.Equal(ids.Order(StringComparer.Ordinal), ids);
        Assert.All(ids, id => Assert.StartsWith("20261120t191402z-", id, StringComparison.Ordinal));
        Assert.All(ids, id => Assert.Equal(id, SnapshotId.Parse(id).Value));
    }
}
