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

    [Theory]
    [InlineData("missing")]
    [InlineData("empty")]
    [InlineData("garbage")]
    [InlineData("log without database")]
    public async Task Restore_WhereNoReadableDatabaseIs_WorksAndKeepsRawFilesInQuarantine(string state)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        File.Delete(world.Database);
        var kept = new byte[5000];
        Random.Shared.NextBytes(kept);
        if (state is "empty" or "garbage")
            await File.WriteAllBytesAsync(world.Database, state == "empty" ? [] : kept, Token);
        if (state == "log without database")
            await File.WriteAllBytesAsync(world.Database + "-wal", kept, Token);

        var restore = await world.RestoreAsync(then);

        Assert.StartsWith("then 500\n", world.ReadLive(), StringComparison.Ordinal);
        Assert.Null(restore.Outcome!.SafetySnapshot);
        Assert.Null(world.Portal.Get<MaintenanceGuard>().Find(world.Tenant.Slug));
        var quarantined = Directory.Exists(world.Tenant.Home.Restores)
            ? Directory.GetFiles(world.Tenant.Home.Restores, "app.db*", SearchOption.AllDirectories) : [];
        if (state is "garbage" or "log without database")
        {
            Assert.Equal(kept, await File.ReadAllBytesAsync(Assert.Single(quarantined), Token));
            Assert.Contains(Path.GetDirectoryName(quarantined[0])!, restore.Outcome.Summary.ToString(), StringComparison.Ordinal);
        }

        Assert.False(Assert.Single(await world.Portal.Get<RestoreHistory>().ListAsync(world.Tenant.Id, Token)).CanUndo);
        await world.RestoreAsync(then);
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

    [Fact]
    public async Task Restore_WhereAFolderBecameALinkOutside_ReplacesTheLinkAndTouchesNothingOutside()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var outside = Directory.CreateDirectory(world.Portal.Folder["outside"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "deep.txt"), "not the school's", Token);
        Directory.CreateSymbolicLink(Path.Combine(world.Files, "deleted"), outside);
        File.CreateSymbolicLink(Path.Combine(world.Files, "added/to nothing"), "nowhere");
        var now = world.ReadLive();

        var restore = await world.RestoreAsync(then);

        Assert.Null(new DirectoryInfo(Path.Combine(world.Files, "deleted")).LinkTarget);
        Assert.Equal("then", await File.ReadAllTextAsync(Path.Combine(world.Files, "deleted/deep.txt"), Token));
        await world.UndoAsync(restore);
        Assert.Equal(now, world.ReadLive());
        Assert.Equal("not the school's", await File.ReadAllTextAsync(Path.Combine(outside, "deep.txt"), Token));
    }

    [Fact]
    public async Task Restore_WhereTheDatabaseIsALink_SwapsWhatItLeadsTo()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var real = world.Portal.Folder["elsewhere.db"];
        File.Move(world.Database, real);
        File.CreateSymbolicLink(world.Database, real);
        var now = world.ReadLive();

        var restore = await world.RestoreAsync(then);

        Assert.Equal(real, new FileInfo(world.Database).LinkTarget);
        Assert.Equal("then", TestDatabase.Scalar(real, "SELECT DISTINCT value FROM state"));
        await world.UndoAsync(restore);
        Assert.Equal(now, world.ReadLive());
    }

    [Fact]
    public async Task Restore_OfModesAndTimes_SetsThemOnFilesAndFolders()
    {
        await using var world = await RestoreWorld.CreateAsync();
        world.Execute("CREATE TABLE state(value); INSERT INTO state VALUES ('x')");
        world.Write("folder/file.txt", "same");
        var (folder, file) = (Path.Combine(world.Files, "folder"), Path.Combine(world.Files, "folder/file.txt"));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.SetLastWriteTimeUtc(folder, new DateTime(2021, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var snapshot = await world.BackupAsync();
        var then = $"{world.ReadLive()} {Directory.GetLastWriteTimeUtc(folder):O}";
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        await File.WriteAllTextAsync(Path.Combine(folder, "second.txt"), "x", Token);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);

        await world.RestoreAsync(snapshot);

        Assert.Equal(then, $"{world.ReadLive()} {Directory.GetLastWriteTimeUtc(folder):O}");
    }

    [Theory]
    [InlineData("Fenced", "rolled back")]
    [InlineData("SafetyStored", "before the restore is back")]
    public async Task Restore_WhoseDatabaseIsDamagedOnTheDisk_IsNoticedAndGoesBack(string point, string told)
    {
        var damage = new DamageAt(point);
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services.AddSingleton<IRestoreCheckpoint>(damage));
        await using var _ = world;
        var now = world.ReadLive();
        // Right before the swap it is the staged file that suffers, afterwards the live one.
        damage.File = () => point == "Fenced"
            ? Directory.GetFiles(world.Tenant.Home.Restores, "incoming.db", SearchOption.AllDirectories).Single()
            : world.Database;

        var failed = await world.RunAsync(OperationKind.Restore, RestoreArguments.ToJson(then));

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.Contains(told, failed.Error!.ToString(), StringComparison.Ordinal);
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
    public async Task Restore_WithAModeSetByHandBefore_GivesItBack()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var guard = world.Portal.Get<MaintenanceGuard>();
        await guard.EnterAsync(world.Tenant.Slug, null, "berta", Token);

        await world.RestoreAsync(then);

        Assert.Equal((null, "berta"), (guard.Find(world.Tenant.Slug)!.Operation, guard.Find(world.Tenant.Slug)!.By));
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

    [Fact]
    public async Task RestoreToFolder_NewFolder_WritesDatabaseAndFilesAndLeavesLiveDataAlone()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var now = world.ReadLive();
        var target = world.Portal.Folder["out"];

        await world.Portal.Get<RestoreToFolder>().RunAsync(world.Tenant, then, target, null, Token);

        Assert.Equal("then", TestDatabase.Scalar(Path.Combine(target, "app.db"), "SELECT DISTINCT value FROM state"));
        Assert.Equal("then", await File.ReadAllTextAsync(Path.Combine(target, "files/deleted/deep.txt"), Token));
        Assert.Equal("changed.txt", new FileInfo(Path.Combine(target, "files/link")).LinkTarget);
        Assert.Equal(now, world.ReadLive());
        await Assert.ThrowsAsync<Core.Messages.PortalException>(
            () => world.Portal.Get<RestoreToFolder>().RunAsync(world.Tenant, then, target, null, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("new")]
    public async Task RestoreToFolder_AmongLiveFiles_IsRefused(string below)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        Directory.Delete(world.Tenant.FilesPath, recursive: true);
        Directory.CreateDirectory(world.Tenant.FilesPath);
        var link = world.Portal.Folder["link"];
        Directory.CreateSymbolicLink(link, world.Tenant.FilesPath);

        var failure = await Assert.ThrowsAsync<Core.Messages.PortalException>(
            () => world.Portal.Get<RestoreToFolder>().RunAsync(world.Tenant, then, Path.Combine(link, below), null, Token));

        Assert.Equal("FolderInUse", failure.What.Key);
        Assert.Empty(Directory.EnumerateFileSystemEntries(world.Tenant.FilesPath));
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

    private sealed class FailAt(string point, int occurrence) : IRestoreCheckpoint
    {
        private int _reached;

        public void Reached(string reached)
        {
            if (reached == point && ++_reached == occurrence)
                throw new IOException($"made to fail at {point}");
        }
    }

    /// <summary>Overwrites pages of a file, but for the first, with something else.</summary>
    private sealed class DamageAt(string point) : IRestoreCheckpoint
    {
        private bool _isDone;

        public Func<string>? File { get; set; }

        public void Reached(string reached)
        {
            if (reached != point || _isDone)
                return;
            _isDone = true;
            using var stream = new FileStream(File!(), FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
            stream.Position = 2 * 4096;
            stream.Write(Enumerable.Repeat((byte)0xAB, 5 * 4096).ToArray());
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
