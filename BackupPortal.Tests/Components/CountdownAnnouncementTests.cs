using BackupPortal.Components.Layout;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;

namespace BackupPortal.Tests.Components;

public sealed class CountdownAnnouncementTests
{
    private static readonly MaintenanceAnnouncement s_announced = new(DateTimeOffset.UnixEpoch, OperationId.Create(), "anna");

    [Fact]
    public void Next_OverTenMinutes_IsSaidWhenItBeginsAndAtFiveMarks()
    {
        using var reader = Reader.Of("en");
        CountdownAnnouncement? last = null;
        List<string> said = [];
        for (var left = 600; left >= 0; left--)
        {
            var next = CountdownAnnouncement.Next(last, s_announced, TimeSpan.FromSeconds(left), isAdmin: false);
            if (next != last)
                said.Add(next!.Text);
            last = next;
        }

        Assert.Equal(6, said.Count);
        Assert.Contains("finish what you are doing", said[0], StringComparison.Ordinal);
        Assert.Equal("You will have to wait for a moment, in 10 s", said[^1]);
    }

    [Fact]
    public void Next_ForAnAdmin_SaysWhoHasToWait()
    {
        using var reader = Reader.Of("en");

        var text = CountdownAnnouncement.Next(null, s_announced, TimeSpan.FromSeconds(25), isAdmin: true)!.Text;

        Assert.StartsWith("Users will have to wait for a moment, in 25 s. Everybody with an open page", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_PageOpenedLate_IsSaidOnceAtOnce()
    {
        var first = CountdownAnnouncement.Next(null, s_announced, TimeSpan.FromSeconds(25), isAdmin: false);

        Assert.NotNull(first);
        Assert.Same(first, CountdownAnnouncement.Next(first, s_announced, TimeSpan.FromSeconds(11), isAdmin: false));
        Assert.NotSame(first, CountdownAnnouncement.Next(first, s_announced, TimeSpan.FromSeconds(10), isAdmin: false));
    }

    [Fact]
    public void Next_CalledOff_IsSaidOnceAndANewOneIsSaidAgain()
    {
        using var reader = Reader.Of("de");
        var first = CountdownAnnouncement.Next(null, s_announced, TimeSpan.FromSeconds(25), isAdmin: false);

        var off = CountdownAnnouncement.Next(first, null, TimeSpan.Zero, isAdmin: false);

        Assert.StartsWith("Niemand muss warten", off!.Text, StringComparison.Ordinal);
        Assert.Same(off, CountdownAnnouncement.Next(off, null, TimeSpan.Zero, isAdmin: false));
        Assert.NotSame(off, CountdownAnnouncement.Next(off, s_announced, TimeSpan.FromSeconds(25), isAdmin: false));
        Assert.Null(CountdownAnnouncement.Next(null, null, TimeSpan.Zero, isAdmin: false));
    }
}
