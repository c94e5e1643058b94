using System.Runtime.Versioning;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>What goes wrong once users are in again: it is taken back by itself, and what they have written since is never lost.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestoreAfterReleaseTests
{
    private readonly ActAt _released = new("Released");
    private readonly ActAt _safetyStored = new("SafetyStored");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_WhoseFileRotsOnTheDisk_GoesBack()
    {
        var (world, then) = await CreateAsync(_safetyStored);
        await using var _ = world;
        var now = world.ReadLive();
        _safetyStored.Act = () => DiskFault.Rot(Path.Combine(world.Files, "changed.txt"));

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.StartsWith("Rolled back. Your data is unchanged.", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Contains("changed.txt", failed.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Restore_ThatWroteOtherRowsThanTheBackupHas_GoesBack()
    {
        var act = new ActAt("RowsCommitted");
        var (world, then) = await RestoreWorld.CreateLittleChangedAsync(configure: services => services.AddSingleton<IRestoreCheckpoint>(act));
        await using var _ = world;
        using var open = TestDatabase.Open(world.Database);
        TestDatabase.Scalar(open, "SELECT count(*) FROM state");
        var now = world.ReadLive();
        world.LetTimePass();
        // As if they had been written otherwise: it is compared with what was staged, and the number of rows is right.
        act.Act = () => TestDatabase.Execute(
            Directory.GetFiles(world.Tenant.Home.Restores, "incoming.db", SearchOption.AllDirectories).Single(), "UPDATE state SET filler = 'not what is live' WHERE id = 2");

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.StartsWith("Rolled back. Your data is unchanged.", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Contains("state", failed.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
    }

    [Theory]
    [InlineData("RowsCommitted")]
    [InlineData("SharedSwapCommitted")]
    public async Task Restore_AfterWhoseCommitAnotherProgramWritesAtOnce_NeverTakesThatBack(string point)
    {
        var act = new ActAt(point);
        var (world, then) = await (point == "RowsCommitted"
            ? RestoreWorld.CreateLittleChangedAsync(configure: services => services.AddSingleton<IRestoreCheckpoint>(act)) : CreateAsync(act));
        await using var _ = world;
        using var open = TestDatabase.Open(world.Database);
        TestDatabase.Scalar(open, "SELECT count(*) FROM state");
        act.Act = () => TestDatabase.Execute(open, "DELETE FROM state WHERE id > 450; UPDATE state SET filler = 'theirs' WHERE id = 2");

        var restore = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Succeeded, restore.State);
        Assert.Equal("450 theirs", TestDatabase.Scalar(open, "SELECT count(*) || ' ' || (SELECT filler FROM state WHERE id = 2) FROM state"));
    }

    [Fact]
    public async Task Restore_WhoseFilesAndRowsPeopleChangeAtOnce_Succeeds()
    {
        var (world, then) = await CreateAsync(_released);
        await using var _ = world;
        _released.Act = () =>
        {
            world.Write("changed.txt", "later");
            File.Delete(Path.Combine(world.Files, "deleted/deep.txt"));
            world.Write("brand-new.txt", "later");
            world.Execute("INSERT INTO state (value) VALUES ('later')");
        };

        await world.RestoreAsync(then);

        Assert.Equal(501L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state"));
        Assert.Equal("later", await File.ReadAllTextAsync(Path.Combine(world.Files, "changed.txt"), Token));
    }

    [Fact]
    public async Task Restore_ThatFailsItsCheckAfterSomebodyHasWritten_StaysAndCanBeUndone()
    {
        var (world, then) = await CreateAsync(_safetyStored);
        await using var _ = world;
        var now = world.ReadLive();
        _safetyStored.Act = () =>
        {
            DiskFault.Rot(Path.Combine(world.Files, "changed.txt"));
            world.Execute("INSERT INTO state (value) VALUES ('later')");
        };

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.Contains("not taken back by itself", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Contains("undo", failed.Hint!.ToString(), StringComparison.Ordinal);
        Assert.Equal(1L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state WHERE value = 'later'"));
        world.AssertNothingIsLeft();
        Assert.True(Assert.Single(await world.Portal.Get<RestoreHistory>().ListAsync(world.Tenant.Id, Token)).CanUndo);
        var undo = await world.UndoAsync(failed);
        Assert.Equal(now, world.ReadLive());
        await world.UndoAsync(undo);
        Assert.Equal(1L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state WHERE value = 'later'"));
    }

    [Fact]
    public async Task Restore_DamagedAfterSomebodyHasWritten_GoesBackAndKeepsWhatTheyWrote()
    {
        var (world, then) = await CreateAsync(_safetyStored);
        await using var _ = world;
        var now = world.ReadLive();
        var damaged = Array.Empty<byte>();
        _safetyStored.Act = () =>
        {
            world.Execute("INSERT INTO state (value) VALUES ('later')");
            world.Write("changed.txt", "later");
            DiskFault.Damage(world.Database);
            damaged = File.ReadAllBytes(world.Database);
        };

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.StartsWith("Rolled back: what was there before the restore is back", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Equal(now, world.ReadLive());
        // Either as a snapshot of what the pages say, or as the raw files.
        var raw = Directory.GetFiles(world.Tenant.Home.Restores, "app.db", SearchOption.AllDirectories);
        if (raw is [var file])
        {
            Assert.Contains(Path.GetDirectoryName(file)!, failed.Error.ToString(), StringComparison.Ordinal);
            Assert.Equal(damaged.Length, (await File.ReadAllBytesAsync(file, Token)).Length);
            Assert.Equal("later", await File.ReadAllTextAsync(
                Directory.GetFiles(world.Tenant.Home.Restores, "changed.txt", SearchOption.AllDirectories).Single(), Token));
        }
        else
        {
            var kept = SnapshotId.Parse(failed.Error.Arguments[1]);
            Assert.Contains(kept, await world.Portal.Get<TenantRepositories>().Of(world.Tenant).ListAsync(Token));
        }
    }

    [Fact]
    public async Task Restore_WhoseSafetySnapshotCannotBeStored_GoesBack()
    {
        var (world, then) = await CreateAsync(_released);
        await using var _ = world;
        var now = world.ReadLive();
        _released.Act = () => TakeRepositoryAway(world);

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.StartsWith("Rolled back. Your data is unchanged.", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
        GiveRepositoryBack(world);
        await world.RestoreAsync(then);
    }

    [Fact]
    public async Task Restore_WhoseSafetySnapshotCannotBeStoredAfterSomebodyHasWritten_StaysAndIsStoredLater()
    {
        var (world, then) = await CreateAsync(_released);
        await using var _ = world;
        var now = world.ReadLive();
        _released.Act = () =>
        {
            world.Execute("INSERT INTO state (value) VALUES ('later')");
            TakeRepositoryAway(world);
        };

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));
        var rows = TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state");
        GiveRepositoryBack(world);
        await world.RecoverAsync();

        Assert.Equal((OperationState.Failed, "SafetyNotStored"), (failed.State, failed.Error!.Key));
        Assert.Equal(501L, rows);
        world.AssertNothingIsLeft();
        var past = Assert.Single(await world.Portal.Get<RestoreHistory>().ListAsync(world.Tenant.Id, Token));
        Assert.Equal((OperationState.Succeeded, true), (past.Operation.State, past.CanUndo));
        await world.UndoAsync(past.Operation);
        Assert.Equal(now, world.ReadLive());
    }

    [Fact]
    public async Task Restore_OfAFileThatHasRottenUnnoticed_ReplacesItAndUndoBringsItBack()
    {
        var (world, then) = await CreateAsync(_released);
        await using var _ = world;
        var file = Path.Combine(world.Files, "kept.txt");
        DiskFault.Rot(file);
        var rotten = await File.ReadAllBytesAsync(file, Token);

        var restore = await world.RestoreAsync(then);
        var restored = await File.ReadAllTextAsync(file, Token);
        await world.UndoAsync(restore);

        Assert.Equal("always", restored);
        Assert.Equal(rotten, await File.ReadAllBytesAsync(file, Token));
    }

    private static Task<(RestoreWorld World, SnapshotId Then)> CreateAsync(ActAt act) =>
        RestoreWorld.CreateChangedAsync(configure: services => services.AddSingleton<IRestoreCheckpoint>(act));

    private static void TakeRepositoryAway(RestoreWorld world)
    {
        Directory.Move(world.Tenant.Home.Repository, world.Tenant.Home.Repository + ".away");
        File.WriteAllText(world.Tenant.Home.Repository, "a disk that is not mounted");
    }

    private static void GiveRepositoryBack(RestoreWorld world)
    {
        File.Delete(world.Tenant.Home.Repository);
        Directory.Move(world.Tenant.Home.Repository + ".away", world.Tenant.Home.Repository);
    }
}
