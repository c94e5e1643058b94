using System.Runtime.Versioning;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Restores from beginning to end, in whatever state live data is.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestoreTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restore_ThenUndoThenUndoOfUndo_GoesBackAndForth(bool isWal)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync(isWal);
        await using var _ = world;
        var now = world.ReadLive();

        var restore = await world.RestoreAsync(then);
        var restored = world.ReadLive();
        var undo = await world.UndoAsync(restore);
        var undone = world.ReadLive();
        await world.UndoAsync(undo);

        Assert.StartsWith("then 500\n", restored, StringComparison.Ordinal);
        Assert.DoesNotContain("now", restored, StringComparison.Ordinal);
        Assert.Equal(now, undone);
        Assert.Equal(restored, world.ReadLive());
        Assert.Equal(isWal ? "wal" : "delete", TestDatabase.Scalar(world.Database, "PRAGMA journal_mode"));
        Assert.NotNull(restore.Outcome!.Downtime);
        world.AssertNothingIsLeft();
        var history = await world.Portal.Get<RestoreHistory>().ListAsync(world.Tenant.Id, Token);
        Assert.Equal(
            [OperationKind.Undo, OperationKind.Undo, OperationKind.Restore], history.Select(past => past.Operation.Kind));
        Assert.All(history, past => Assert.True(past.CanUndo));
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Backup_AfterARestoreOrAnUndo_IsSmallAndRight(bool isUndo, bool isShared)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        using var open = isShared ? TestDatabase.Open(world.Database) : null;
        if (open is not null)
            TestDatabase.Scalar(open, "SELECT count(*) FROM state");
        var restore = await world.RestoreAsync(then);
        if (isUndo)
            await world.UndoAsync(restore);
        world.Execute("UPDATE state SET value = 'written' WHERE id = 7");
        world.Write("brand-new.txt", "written");
        var written = world.ReadLive();

        var backup = await world.SucceedAsync(OperationKind.Backup, new Core.Backup.BackupArguments(Core.Snapshots.SnapshotOrigin.Manual, null).ToJson());
        world.Execute("DELETE FROM state");
        world.Write("brand-new.txt", "gone");
        await world.RestoreAsync(backup.Outcome!.Snapshot!);

        Assert.Equal(written, world.ReadLive());
        // One page of forty, one small file, and what each snapshot has.
        Assert.InRange(backup.Outcome.AddedBytes!.Value, 1, backup.Outcome.SizeBytes!.Value / 10);
    }

    [Fact]
    public async Task Restore_OfAnOldSnapshot_KeepsNewerOnesRestorable()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var newer = await world.BackupAsync();
        var now = world.ReadLive();

        await world.RestoreAsync(then);
        await world.RestoreAsync(newer);

        Assert.Equal(now, world.ReadLive());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restore_WhileSomebodyHasTheDatabaseOpen_WritesThroughSqliteAndTheyGoOn(bool isWal)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync(isWal);
        await using var _ = world;
        using var open = TestDatabase.Open(world.Database);
        Assert.Equal(400L, TestDatabase.Scalar(open, "SELECT count(*) FROM state"));

        var restore = await world.RestoreAsync(then);

        Assert.Contains("Another program may have", await world.LogOfAsync(restore), StringComparison.Ordinal);
        Assert.Equal("then", TestDatabase.Scalar(open, "SELECT DISTINCT value FROM state"));
        TestDatabase.Execute(open, "INSERT INTO state (value) VALUES ('later')");
        Assert.Equal(501L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state"));
        await world.UndoAsync(restore);
        Assert.Equal(400L, TestDatabase.Scalar(open, "SELECT count(*) FROM state"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Restore_LittleDiffersWhileSomebodyHasTheDatabaseOpen_WritesOnlyThatAndIsUndone(bool isWal)
    {
        var (world, then) = await RestoreWorld.CreateLittleChangedAsync(isWal);
        await using var _ = world;
        using var open = TestDatabase.Open(world.Database);
        Assert.Equal(495L, TestDatabase.Scalar(open, "SELECT count(*) FROM state"));
        var before = world.ReadLive();
        world.LetTimePass();

        var restore = await world.RestoreAsync(then);

        Assert.Contains("the rows that differ were replaced", await world.LogOfAsync(restore), StringComparison.Ordinal);
        Assert.StartsWith("then 500\n", world.ReadLive(), StringComparison.Ordinal);
        Assert.Equal(500L, TestDatabase.Scalar(open, "SELECT count(*) FROM state WHERE value = 'then'"));
        world.LetTimePass();
        var undo = await world.UndoAsync(restore);
        Assert.Contains("the rows that differ were replaced", await world.LogOfAsync(undo), StringComparison.Ordinal);
        Assert.Equal(before, world.ReadLive());
        TestDatabase.Execute(open, "INSERT INTO state (value) VALUES ('later')");
        Assert.Equal(496L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state"));
    }

    [Fact]
    public async Task Backup_AfterOnlyRowsWereRestored_IsSmallAndRight()
    {
        var (world, then) = await RestoreWorld.CreateLittleChangedAsync();
        await using var _ = world;
        using var open = TestDatabase.Open(world.Database);
        TestDatabase.Scalar(open, "SELECT count(*) FROM state");
        world.LetTimePass();
        Assert.Contains("the rows that differ", await world.LogOfAsync(await world.RestoreAsync(then)), StringComparison.Ordinal);
        world.Execute("UPDATE state SET value = 'written' WHERE id = 7");
        var written = world.ReadLive();

        var backup = await world.SucceedAsync(OperationKind.Backup, new Core.Backup.BackupArguments(Core.Snapshots.SnapshotOrigin.Manual, null).ToJson());
        world.Execute("DELETE FROM state WHERE id < 5");
        world.LetTimePass();
        await world.RestoreAsync(backup.Outcome!.Snapshot!);

        Assert.Equal(written, world.ReadLive());
        Assert.InRange(backup.Outcome.AddedBytes!.Value, 1, backup.Outcome.SizeBytes!.Value / 10);
    }

    [Fact]
    public async Task Restore_WhileAnotherProcessReadsAllTheTime_ItSeesOldOrNewNeverAMixtureAndGoesOn()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        using var application = await ReadingProcess.StartAsync(world.Database);

        for (var round = 0; round < 5; round++)
        {
            var restore = await world.RestoreAsync(then);
            Assert.Contains("Another program may have", await world.LogOfAsync(restore), StringComparison.Ordinal);
            await world.UndoAsync(restore);
        }

        var found = await application.EndAsync();
        Assert.Equal(["now 400", "then 500"], found.Keys.Order());
        Assert.Equal("now 400, written later 1", TestDatabase.Scalar(world.Database, "SELECT group_concat(value || ' ' || n, ', ') FROM (SELECT value, count(*) n FROM state GROUP BY value)"));
    }

    [Fact]
    public async Task Restore_WithALogThatWasLeftByAKill_KeepsItsRowsInTheSafetySnapshot()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        LeaveLog(world.Database, "UPDATE state SET value = 'logged'");

        var restore = await world.RestoreAsync(then);
        Assert.Equal("then", TestDatabase.Scalar(world.Database, "SELECT DISTINCT value FROM state"));
        await world.UndoAsync(restore);

        Assert.Equal("logged", TestDatabase.Scalar(world.Database, "SELECT DISTINCT value FROM state"));
    }

    [Fact]
    public async Task Restore_OfANewerSchema_IsRefusedUnlessToldOtherwise()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        world.Execute("PRAGMA user_version = 6");
        var now = world.ReadLive();

        var refused = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Failed, refused.State);
        Assert.Contains("Your data is unchanged", refused.Error!.ToString(), StringComparison.Ordinal);
        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
        await world.SucceedAsync(OperationKind.Restore, RestoreArguments.ToJson(then, allowNewerSchema: true));
        Assert.Equal(7L, TestDatabase.Scalar(world.Database, "PRAGMA user_version"));
    }

    [Fact]
    public async Task Restore_OfAnotherPageSize_WorksAloneAndIsRefusedWhenSomebodyHasTheDatabaseOpen()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        world.Execute("PRAGMA journal_mode = DELETE; PRAGMA page_size = 8192; VACUUM; PRAGMA journal_mode = WAL;");
        var now = world.ReadLive();
        using (var open = TestDatabase.Open(world.Database))
        {
            TestDatabase.Scalar(open, "SELECT count(*) FROM state");
            var refused = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));
            Assert.Equal(OperationState.Failed, refused.State);
            Assert.Contains("page size", refused.Error!.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal(now, world.ReadLive());
        world.AssertNothingIsLeft();
        await world.RestoreAsync(then);
        Assert.Equal(4096L, TestDatabase.Scalar(world.Database, "PRAGMA page_size"));
    }

    [Fact]
    public async Task Restore_WithAModeSetByHandBefore_GivesItBack()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var guard = world.Portal.Get<MaintenanceGuard>();
        await guard.EnterAsync(world.Tenant.Slug, null, "berta", Token);

        await world.RestoreAsync(then);

        Assert.Equal((null, "berta"), (guard.Find(world.Tenant.Slug)!.Operation, guard.Find(world.Tenant.Slug)!.By));
    }

    /// <summary>What an application leaves that is killed: rows that are only in the log.</summary>
    private static void LeaveLog(string database, string sql)
    {
        using (var connection = TestDatabase.Open(database))
        {
            TestDatabase.Execute(connection, $"PRAGMA wal_autocheckpoint = 0; {sql}");
            File.Copy(database, database + ".left");
            File.Copy(database + "-wal", database + "-wal.left");
        }

        File.Move(database + ".left", database, overwrite: true);
        File.Move(database + "-wal.left", database + "-wal", overwrite: true);
    }
}
