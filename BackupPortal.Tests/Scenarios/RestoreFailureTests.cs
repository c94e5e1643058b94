using System.Runtime.Versioning;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Restores that fail, are cancelled or are damaged on the way: live data is what it was, and users are in.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestoreFailureTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("FileSwapped", 3)]
    [InlineData("FilesSwapped", 1)]
    [InlineData("DatabaseSwapped", 1)]
    [InlineData("Exchanged", 1)]
    [InlineData("HeldAlone", 1)]
    [InlineData("Fenced", 1)]
    public async Task Restore_FailingOnTheWay_GoesBackToWhatWas(string point, int occurrence)
    {
        var failure = new FailAt(point, occurrence);
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services.AddSingleton<IRestoreCheckpoint>(failure));
        await using var _ = world;
        var now = world.ReadLive();

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.Contains("Your data is unchanged", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Equal(now, world.ReadLive());
        Assert.Equal("wal", TestDatabase.Scalar(world.Database, "PRAGMA journal_mode"));
        world.AssertNothingIsLeft();
        await world.RestoreAsync(then);
    }

    [Theory]
    [InlineData("Fenced")]
    [InlineData("SafetyStored")]
    public async Task Restore_WhoseDatabaseRotsOnTheDisk_IsNoticedAndGoesBack(string point)
    {
        var act = new ActAt(point);
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services.AddSingleton<IRestoreCheckpoint>(act));
        await using var _ = world;
        var now = world.ReadLive();
        // Right before the swap it is the staged file that suffers, afterwards the live one.
        act.Act = () => DiskFault.Rot(point == "Fenced"
            ? Directory.GetFiles(world.Tenant.Home.Restores, "incoming.db", SearchOption.AllDirectories).Single()
            : world.Database);

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.StartsWith("Rolled back. Your data is unchanged.", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Restore_CancelledRightBeforeTheSwap_LeavesLiveDataAsItWas()
    {
        using var cancel = new CancellationTokenSource();
        var (world, then) = await RestoreWorld.CreateChangedAsync(
            configure: services => services.AddSingleton<IRestoreCheckpoint>(new CancelAt("Staged", cancel)));
        await using var _ = world;
        var now = world.ReadLive();

        var cancelled = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then), cancel.Token);

        Assert.Equal(OperationState.Cancelled, cancelled.State);
        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Recovery_OfANoticeWithoutAJournal_LetsUsersIn()
    {
        var (world, _) = await RestoreWorld.CreateChangedAsync();
        await using var __ = world;
        await world.Portal.Get<MaintenanceGuard>().EnterAsync(world.Tenant.Slug, OperationId.Create(), "gone", Token);

        await world.RecoverAsync();

        world.AssertNothingIsLeft();
    }

    private sealed class FailAt(string point, int occurrence) : IRestoreCheckpoint
    {
        private int _reached;

        public void Reached(string reached)
        {
            if (reached == point && ++_reached == occurrence)
                throw new IOException($"made to fail at {point}");
        }
    }

    private sealed class CancelAt(string point, CancellationTokenSource cancel) : IRestoreCheckpoint
    {
        public void Reached(string reached)
        {
            if (reached == point)
                cancel.Cancel();
        }
    }
}
