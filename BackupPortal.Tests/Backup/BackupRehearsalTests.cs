using BackupPortal.Core.Backup;

namespace BackupPortal.Tests.Backup;

public sealed class BackupRehearsalTests : IDisposable
{
    private readonly TestFolder folder = new();

    [Fact]
    public async Task Rehearsing_GoesAllTheWayToACommit_AndLeavesNothingBehind()
    {
        var record = await BackupRehearsal.RunAsync(folder.Path);

        Assert.Equal(1, record.Database.Tables["rehearsal"]);
        Assert.Empty(record.Notices);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task Rehearsing_WhereNothingCanBeWritten_IsAnErrorForTheLogAlone()
    {
        var nowhere = Path.Combine(folder.Path, "file");
        await File.WriteAllTextAsync(nowhere, "", TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<IOException>(() => BackupRehearsal.RunAsync(nowhere));
    }

    public void Dispose() => folder.Dispose();
}
