using System.Threading.Channels;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Logging.Abstractions;

namespace BackupPortal.Tests.Maintenance;

public sealed class MaintenanceGuardTests : IDisposable
{
    private static readonly TenantSlug s_school = TenantSlug.Parse("nord");

    private readonly TestFolder _folder = new();
    private readonly FakeClock _clock = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
    private readonly DataRoot _root;
    private readonly MaintenanceGuard _guard;

    public MaintenanceGuardTests()
    {
        _root = new DataRoot(_folder.Path);
        Directory.CreateDirectory(_root.HomeOf(s_school).Path);
        _guard = NewGuard();
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _guard.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Enter_ByARestore_IsSeenByAnotherProcess()
    {
        var operation = OperationId.Create();

        await _guard.EnterAsync(s_school, operation, "anna@example.org", Token);

        using var other = NewGuard();
        var notice = Assert.IsType<MaintenanceNotice>(other.Find(s_school));
        Assert.Equal((operation, "anna@example.org", null), (notice.Operation!.Value, notice.By, notice.Problem));
        Assert.Equal(_clock.GetUtcNow(), notice.SinceUtc);
        Assert.Equal(
            [_root.HomeOf(s_school).LastLockOutFile, _root.HomeOf(s_school).MaintenanceFile],
            Directory.GetFiles(_root.HomeOf(s_school).Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Enter_ByARestore_IsAnotherLockOutThanTheLast()
    {
        await _guard.EnterAsync(s_school, null, "anna", Token);
        var none = _guard.LastLockOut(s_school);
        await _guard.EnterAsync(s_school, OperationId.Create(), "anna", Token);
        await _guard.LeaveAsync(s_school, Token);
        var first = _guard.LastLockOut(s_school);
        await _guard.EnterAsync(s_school, OperationId.Create(), "anna", Token);

        using var other = NewGuard();
        Assert.Null(none);
        Assert.NotNull(first);
        Assert.NotEqual(first, other.LastLockOut(s_school));
    }

    [Fact]
    public async Task Leave_AfterEnter_OpensTheTenant()
    {
        await _guard.EnterAsync(s_school, null, "anna", Token);

        await _guard.LeaveAsync(s_school, Token);
        await _guard.LeaveAsync(s_school, Token);

        Assert.Null(_guard.Find(s_school));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"SinceUtc\":")]
    [InlineData("null")]
    [InlineData("{}")]
    public void Find_WithDamagedNotice_KeepsUsersOutAndSaysSo(string content)
    {
        File.WriteAllText(_root.HomeOf(s_school).MaintenanceFile, content);

        var notice = _guard.Find(s_school);

        Assert.NotNull(notice);
        Assert.Contains("cannot be read", notice.Problem!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Enter_ByAPersonDuringARestore_LeavesTheRestoresNotice()
    {
        var operation = OperationId.Create();
        await _guard.EnterAsync(s_school, operation, "anna", Token);

        await _guard.EnterAsync(s_school, null, "berta", Token);

        Assert.Equal(operation, _guard.Find(s_school)!.Operation);
    }

    [Fact]
    public async Task LeaveManual_WithOneByHandAndOneByARestore_LiftsOnlyTheOneByHand()
    {
        var other = TenantSlug.Parse("sued");
        Directory.CreateDirectory(_root.HomeOf(other).Path);
        await _guard.EnterAsync(s_school, null, "anna", Token);
        await _guard.EnterAsync(other, OperationId.Create(), "anna", Token);

        await _guard.LeaveManualAsync(Token);

        Assert.Null(_guard.Find(s_school));
        Assert.NotNull(_guard.Find(other));
    }

    [Fact]
    public async Task Announce_ByARestore_IsSeenByAnotherProcessUntilWithdrawn()
    {
        var announcement = new MaintenanceAnnouncement(_clock.GetUtcNow().AddMinutes(2), OperationId.Create(), "anna@example.org");
        using var other = NewGuard();

        await _guard.AnnounceAsync(s_school, announcement);

        Assert.Equal(announcement, other.FindAnnouncement(s_school));
        Assert.Null(other.Find(s_school));
        other.Withdraw(s_school);
        other.Withdraw(s_school);
        Assert.Null(_guard.FindAnnouncement(s_school));
        Assert.Empty(Directory.GetFiles(_root.HomeOf(s_school).Path));
    }

    [Fact]
    public async Task FindAnnouncement_LongAfterItsTime_TellsNothing()
    {
        await _guard.AnnounceAsync(s_school, new MaintenanceAnnouncement(_clock.GetUtcNow().AddSeconds(30), OperationId.Create(), "anna"));

        _clock.Advance(TimeSpan.FromSeconds(60));
        Assert.NotNull(_guard.FindAnnouncement(s_school));
        _clock.Advance(TimeSpan.FromSeconds(31));

        Assert.Null(_guard.FindAnnouncement(s_school));
        Assert.True(_guard.HasAnnouncement(s_school));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{\"BeginsUtc\":")]
    [InlineData("null")]
    [InlineData("{}")]
    public void FindAnnouncement_Damaged_TellsNothing(string content)
    {
        File.WriteAllText(_root.HomeOf(s_school).AnnouncementFile, content);

        Assert.Null(_guard.FindAnnouncement(s_school));
    }

    [Fact]
    public async Task Changed_AnnouncedAndCalledOffByAnotherProcess_IsTold()
    {
        var told = Channel.CreateUnbounded<TenantSlug>();
        _guard.Changed += tenant => told.Writer.TryWrite(tenant);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(20));
        using var other = NewGuard();

        await other.AnnounceAsync(s_school, new MaintenanceAnnouncement(_clock.GetUtcNow(), OperationId.Create(), "anna"));
        Assert.Equal(s_school, await told.Reader.ReadAsync(bound.Token));
        other.Withdraw(s_school);
        Assert.Equal(s_school, await told.Reader.ReadAsync(bound.Token));
    }

    [Fact]
    public async Task Changed_ByThisProcess_IsToldOnceForEachChange()
    {
        var told = Channel.CreateUnbounded<TenantSlug>();
        void Receive(TenantSlug tenant) => told.Writer.TryWrite(tenant);
        _guard.Changed += Receive;

        await _guard.EnterAsync(s_school, null, "anna", Token);
        Assert.True(told.Reader.TryRead(out var entered));
        await _guard.LeaveAsync(s_school, Token);
        Assert.True(told.Reader.TryRead(out var left));

        Assert.Equal((s_school, s_school), (entered, left));
        _guard.Changed -= Receive;
        await _guard.EnterAsync(s_school, null, "anna", Token);
        Assert.False(told.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Changed_ByAnotherProcess_IsTold()
    {
        var told = Channel.CreateUnbounded<TenantSlug>();
        _guard.Changed += tenant => told.Writer.TryWrite(tenant);
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(TimeSpan.FromSeconds(20));
        using var other = NewGuard();

        await other.EnterAsync(s_school, null, "anna", Token);
        Assert.Equal(s_school, await told.Reader.ReadAsync(bound.Token));
        await other.LeaveAsync(s_school, Token);
        Assert.Equal(s_school, await told.Reader.ReadAsync(bound.Token));

        Assert.Null(_guard.Find(s_school));
    }

    private MaintenanceGuard NewGuard() => new(_root, _clock, NullLogger<MaintenanceGuard>.Instance);
}
