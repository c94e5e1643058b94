using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Between preparation and lock-out users are told, whoever asked can call it off, and what changes meanwhile is not lost.</summary>
public sealed class RestoreCountdownTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_WithACountdown_IsAnnouncedForThatLongAndThenDone()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        MaintenanceAnnouncement? announced = null;
        DateTimeOffset lockedOut = default;
        Watch(world, guard =>
        {
            announced ??= guard.FindAnnouncement(world.Tenant.Slug);
            if (lockedOut == default && guard.Find(world.Tenant.Slug) is { } notice)
                lockedOut = notice.SinceUtc;
        });
        var waits = new List<TimeSpan>();
        using var following = Follow(world, view =>
        {
            if (view.Progress is { Phase: OperationPhase.Countdown, Wait: { } wait })
                waits.Add(wait);
        });

        var done = await world.SucceedAsync(OperationKind.Restore, RestoreArguments.ToJson(then, countdownSeconds: 2));

        Assert.Equal(done.Id, announced!.Operation);
        Assert.InRange(lockedOut - announced.BeginsUtc, TimeSpan.FromMilliseconds(-50), TimeSpan.FromSeconds(2));
        Assert.Contains(OperationPhase.Countdown, done.Phases);
        Assert.Equal(TimeSpan.FromSeconds(2), waits[0]);
        Assert.StartsWith("then 500\n", world.ReadLive(), StringComparison.Ordinal);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Restore_WithoutACountdown_AnnouncesNothing()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var wasAnnounced = false;
        Watch(world, guard => wasAnnounced |= guard.HasAnnouncement(world.Tenant.Slug));

        var done = await world.RestoreAsync(then);

        Assert.False(wasAnnounced);
        Assert.DoesNotContain(OperationPhase.Countdown, done.Phases);
    }

    [Fact]
    public async Task Restore_CalledOffByAnotherProcess_LeavesLiveDataAndNothingBehind()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        await using var other = await TestPortal.CreateAsync(shareWith: world.Portal);
        var now = world.ReadLive();
        var wasLockedOut = false;
        Watch(world, guard => wasLockedOut |= guard.Find(world.Tenant.Slug) is not null);
        var restoring = world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then, countdownSeconds: 120));

        var announced = await AnnouncedAsync(other, world);
        Assert.Equal(now, world.ReadLive());
        Assert.True(await other.Get<OperationQueue>().CancelAsync(world.Tenant.Id, announced.Operation, Token));

        Assert.Equal(OperationState.Cancelled, (await restoring).State);
        Assert.False(wasLockedOut);
        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Undo_WithACountdown_IsAnnouncedToo()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var now = world.ReadLive();
        var restored = await world.RestoreAsync(then);
        var wasAnnounced = false;
        Watch(world, guard => wasAnnounced |= guard.FindAnnouncement(world.Tenant.Slug) is not null);

        await world.SucceedAsync(OperationKind.Undo, UndoArguments.ToJson(restored.Id, countdownSeconds: 1));

        Assert.True(wasAnnounced);
        Assert.Equal(now, world.ReadLive());
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task Restore_WhatIsWrittenWhileItCounts_IsInTheSafetyCopy(bool isWal, bool isOpenElsewhere)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync(isWal);
        await using var _ = world;
        var restoring = world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then, countdownSeconds: 3));
        await AnnouncedAsync(world.Portal, world);

        // What was copied early, or not, before the countdown is out of date now; and so is who has the database open.
        using var application = TestDatabase.Open(world.Database);
        TestDatabase.Execute(application, "INSERT INTO state (value) VALUES ('at the last moment')");
        if (!isOpenElsewhere)
            application.Dispose();
        world.Write("late.txt", "at the last moment");
        world.Write("changed.txt", "changed once more, and longer than before");
        var last = world.ReadLive();
        var restored = await restoring;

        Assert.True(restored.State == OperationState.Succeeded, $"{restored.Error}");
        var mode = isWal && !isOpenElsewhere ? "Exclusive" : "Shared";
        Assert.Contains($"Swapped{mode}", await KeysAsync(world, restored));
        Assert.DoesNotContain("last moment", world.ReadLive(), StringComparison.Ordinal);
        Assert.StartsWith("then 500\n", world.ReadLive(), StringComparison.Ordinal);
        await world.UndoAsync(restored);
        Assert.Equal(last, world.ReadLive());
    }

    [Fact]
    public async Task Restore_LinkToTheDatabaseLeadsElsewhereAfterTheCountdown_IsRefusedAndChangesNothing()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Making links is a privilege there.");
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var first = Relink(world, "first.db");
        var restoring = world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then, countdownSeconds: 3));
        await AnnouncedAsync(world.Portal, world);

        File.Copy(first, first + ".second");
        File.Delete(world.Database);
        File.CreateSymbolicLink(world.Database, first + ".second");
        var now = world.ReadLive();
        var refused = await restoring;

        Assert.Equal((OperationState.Failed, "LivePlaceChanged"), (refused.State, refused.Error!.Key));
        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(601)]
    public async Task Restore_CountdownOutOfRange_IsRefused(int seconds)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;

        var refused = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then, countdownSeconds: seconds));

        Assert.Equal((OperationState.Failed, "CountdownOutOfRange"), (refused.State, refused.Error!.Key));
        world.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Recovery_OfAnAnnouncementWithoutAJournal_Withdraws()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        await world.Portal.Get<MaintenanceGuard>().AnnounceAsync(
            world.Tenant.Slug, new MaintenanceAnnouncement(DateTimeOffset.UtcNow.AddMinutes(5), OperationId.Create(), "gone"));

        await world.RecoverAsync();

        world.AssertNothingIsLeft();
    }

    private static void Watch(RestoreWorld world, Action<MaintenanceGuard> look)
    {
        var guard = world.Portal.Get<MaintenanceGuard>();
        guard.Changed += _ => look(guard);
    }

    private static IDisposable Follow(RestoreWorld world, Action<OperationView> receive) =>
        world.Portal.Get<OperationFeed>().Subscribe(world.Tenant.Id, receive);

    private static async Task<MaintenanceAnnouncement> AnnouncedAsync(TestPortal portal, RestoreWorld world)
    {
        var guard = portal.Get<MaintenanceGuard>();
        var told = new TaskCompletionSource<MaintenanceAnnouncement>(TaskCreationOptions.RunContinuationsAsynchronously);
        void Look(Core.Tenancy.TenantSlug slug)
        {
            if (guard.FindAnnouncement(slug) is { } announcement)
                told.TrySetResult(announcement);
        }
        guard.Changed += Look;
        Look(world.Tenant.Slug);
        try
        {
            return await told.Task.WaitAsync(TimeSpan.FromSeconds(30), Token);
        }
        finally
        {
            guard.Changed -= Look;
        }
    }

    private static async Task<IEnumerable<string>> KeysAsync(RestoreWorld world, OperationView view) =>
        (await world.Portal.Get<OperationHistory>().ReadLogAsync(world.Tenant.Id, view.Id, Token)).Select(static line => line.Text.Key);

    /// <summary>Moves the database away and leaves a link in its place.</summary>
    private static string Relink(RestoreWorld world, string name)
    {
        var target = Path.Combine(Path.GetDirectoryName(world.Database)!, name);
        TestDatabase.Execute(world.Database, "PRAGMA wal_checkpoint(TRUNCATE)");
        File.Move(world.Database, target);
        File.CreateSymbolicLink(world.Database, target);
        return target;
    }
}
