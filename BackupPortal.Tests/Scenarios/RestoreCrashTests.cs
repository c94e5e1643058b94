using System.Runtime.Versioning;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A restoring process is killed at every step; the next start finds live data old or new, never neither, and users in.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestoreCrashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, int> ExclusivePoints => new()
    {
        { "Staging", 1 }, { "Staged", 1 }, { CrashingProcess.Announced, 1 }, { "Fenced", 1 }, { "HeldAlone", 1 }, { "Exchanged", 1 }, { "DatabaseSwapped", 1 }, { "FileSwapped", 1 },
        { "FileSwapped", 5 }, { "FilesSwapped", 1 }, { "Probed", 1 }, { "Lifted", 1 }, { "Released", 1 }, { "SafetyStored", 1 }, { "Checked", 1 },
        { "Done", 1 },
    };

    public static TheoryData<string, int> SharedPoints => new()
    {
        { "Fenced", 1 }, { "Fenced", 3 }, { "SharedSwapBegun", 1 }, { "SharedSwapCommitted", 1 }, { "DatabaseSwapped", 1 }, { "FilesSwapped", 1 },
        { "Released", 1 }, { "SafetyStored", 1 },
    };

    public static TheoryData<string, int> RowPoints => new()
    {
        { "Fenced", 1 }, { "Fenced", 2 }, { "RowsWritten", 1 }, { "RowsCommitted", 1 }, { "DatabaseSwapped", 1 }, { "FilesSwapped", 1 }, { "Released", 1 }, { "SafetyStored", 1 },
    };

    public static TheoryData<string, int, string, int> RecoveryPoints => new()
    {
        { "HeldAlone", 1, "Lifted", 1 }, { "HeldAlone", 1, "Returned", 1 }, { "HeldAlone", 1, "Settled", 1 },
        { "Exchanged", 1, "DatabaseSwapped", 1 }, { "FileSwapped", 3, "FileSwapped", 4 }, { "FileSwapped", 3, "Lifted", 1 },
        { "Released", 1, "SafetyStored", 1 }, { "Checked", 1, "Settled", 1 },
    };

    [Theory]
    [MemberData(nameof(ExclusivePoints))]
    public async Task Restore_KilledWhileNobodyElseHasTheDatabase_IsFinishedOrReversedAtTheNextStart(string point, int occurrence)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var before = world.ReadLive();

        Assert.True(await CrashingProcess.StartAsync(world.Portal.Root.Path, then.Value, point, occurrence, Token));
        await world.RecoverAsync();

        await AssertOldOrNewAsync(world, then, before);
    }

    [Theory]
    [MemberData(nameof(SharedPoints))]
    public async Task Restore_KilledWhileAnotherProcessHasTheDatabaseOpen_IsFinishedOrReversedAtTheNextStart(string point, int occurrence)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        // This process is another one than that which restores.
        using var open = TestDatabase.Open(world.Database);
        TestDatabase.Scalar(open, "SELECT count(*) FROM state");
        var before = world.ReadLive();

        Assert.True(await CrashingProcess.StartAsync(world.Portal.Root.Path, then.Value, point, occurrence, Token));
        await world.RecoverAsync();

        await AssertOldOrNewAsync(world, then, before);
        AssertGoesOn(open);
    }

    [Theory]
    [MemberData(nameof(RowPoints))]
    public async Task Restore_KilledWhileItWritesTheRowsThatDiffer_IsFinishedOrReversedAtTheNextStart(string point, int occurrence)
    {
        var (world, then) = await RestoreWorld.CreateLittleChangedAsync();
        await using var _ = world;
        using var open = TestDatabase.Open(world.Database);
        TestDatabase.Scalar(open, "SELECT count(*) FROM state");
        var before = world.ReadLive();
        world.LetTimePass();

        Assert.True(await CrashingProcess.StartAsync(world.Portal.Root.Path, then.Value, point, occurrence, Token));
        // Somebody goes on writing before the next start: it must not confuse it.
        TestDatabase.Execute(open, "UPDATE state SET filler = 'later' WHERE id > 3 AND id <= 495");
        await world.RecoverAsync();

        await AssertOldOrNewAsync(world, then, before);
        AssertGoesOn(open);
    }

    [Theory]
    [InlineData("Fenced", 1)]
    [InlineData("HeldAlone", 1)]
    [InlineData("Exchanged", 1)]
    [InlineData("DatabaseSwapped", 1)]
    [InlineData("FileSwapped", 1)]
    [InlineData("FileSwapped", 6)]
    [InlineData("Probed", 1)]
    [InlineData("Released", 1)]
    [InlineData("SafetyStored", 1)]
    public async Task Undo_Killed_IsFinishedOrReversedAtTheNextStart(string point, int occurrence)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var before = world.ReadLive();
        var restore = await world.RestoreAsync(then);
        var restored = world.ReadLive();

        Assert.True(await CrashingProcess.StartAsync(world.Portal.Root.Path, restore.Id.ToString(), point, occurrence, Token));
        await world.RecoverAsync();

        world.AssertNothingIsLeft();
        var undo = (await world.Portal.Get<OperationHistory>().ListAsync(world.Tenant.Id, 10, Token)).First(operation => operation.Kind == OperationKind.Undo);
        Assert.True(undo.State is OperationState.Interrupted or OperationState.Succeeded, $"{undo.State} {undo.Error}");
        Assert.Equal(undo.State == OperationState.Interrupted ? restored : before, world.ReadLive());
        await (undo.State == OperationState.Interrupted ? world.UndoAsync(restore) : world.UndoAsync(undo));
        Assert.Equal(undo.State == OperationState.Interrupted ? before : restored, world.ReadLive());
    }

    [Theory]
    [InlineData("SafetyStored", 1)]
    [InlineData("Returning", 1)]
    [InlineData("Returning", 2)]
    [InlineData("HeldAlone", 1)]
    [InlineData("GoingBack", 1)]
    [InlineData("Exchanged", 1)]
    [InlineData("DatabaseReturned", 1)]
    [InlineData("FileReturned", 1)]
    [InlineData("FileReturned", 6)]
    [InlineData("Lifted", 1)]
    [InlineData("Returned", 1)]
    public async Task Return_KilledAfterTheCheckHasFailed_IsFinishedAtTheNextStart(string point, int occurrence)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;

        await AssertReturnsAsync(world, then, point, occurrence);
    }

    [Theory]
    [InlineData("Returning", 3)]
    [InlineData("SharedSwapBegun", 1)]
    [InlineData("SharedSwapCommitted", 1)]
    [InlineData("DatabaseReturned", 1)]
    [InlineData("FileReturned", 1)]
    [InlineData("Lifted", 1)]
    public async Task Return_KilledWhileAnotherProcessHasTheDatabaseOpen_IsFinishedAtTheNextStart(string point, int occurrence)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        using var open = TestDatabase.Open(world.Database);
        TestDatabase.Scalar(open, "SELECT count(*) FROM state");

        await AssertReturnsAsync(world, then, point, occurrence);

        AssertGoesOn(open);
    }

    [Theory]
    [MemberData(nameof(RecoveryPoints))]
    public async Task Recovery_KilledItself_IsFinishedByTheNextOne(string point, int occurrence, string recoveryPoint, int recoveryOccurrence)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var before = world.ReadLive();

        Assert.True(await CrashingProcess.StartAsync(world.Portal.Root.Path, then.Value, point, occurrence, Token));
        Assert.True(await CrashingProcess.StartAsync(world.Portal.Root.Path, null, recoveryPoint, recoveryOccurrence, Token));
        await world.RecoverAsync();

        await AssertOldOrNewAsync(world, then, before);
    }

    private static async Task AssertOldOrNewAsync(RestoreWorld world, SnapshotId then, string before)
    {
        world.AssertNothingIsLeft();
        var after = world.ReadLive();
        var operation = await LastRestoreAsync(world);
        if (operation.State == OperationState.Interrupted)
        {
            Assert.Equal(before, after);
            Assert.Contains("unchanged", operation.Error!.ToString(), StringComparison.Ordinal);
        }
        else
        {
            Assert.Equal((OperationState.Succeeded, then), (operation.State, operation.Outcome!.Snapshot));
            Assert.Contains("finished afterwards", operation.Outcome.Summary.ToString(), StringComparison.Ordinal);
            AssertIsThen(after);
            await world.UndoAsync(operation);
            Assert.Equal(before, world.ReadLive());
        }

        var settled = world.ReadLive();
        await world.RecoverAsync();
        Assert.Equal((settled, operation.State, operation.EndedUtc), (world.ReadLive(), (await LastRestoreAsync(world)).State, (await LastRestoreAsync(world)).EndedUtc));
        Assert.Equal("wal", TestDatabase.Scalar(world.Database, "PRAGMA journal_mode"));
    }

    /// <summary>Kills a restore on its way back, and looks at what the next start makes of it.</summary>
    private static async Task AssertReturnsAsync(RestoreWorld world, SnapshotId then, string point, int occurrence)
    {
        var before = world.ReadLive();

        Assert.True(await CrashingProcess.StartAsync(world.Portal.Root.Path, then.Value, point, occurrence, Token, CrashingProcess.AfterCheck));
        await world.RecoverAsync();

        world.AssertNothingIsLeft();
        Assert.Equal(before, world.ReadLive());
        var operation = await LastRestoreAsync(world);
        Assert.Equal(OperationState.Failed, operation.State);
        Assert.StartsWith("Rolled back. Your data is unchanged.", operation.Error!.ToString(), StringComparison.Ordinal);
        Assert.Contains("changed.txt", operation.Error.ToString(), StringComparison.Ordinal);
        await world.RestoreAsync(then);
        AssertIsThen(world.ReadLive());
    }

    private static void AssertIsThen(string live)
    {
        Assert.StartsWith("then 500\n", live, StringComparison.Ordinal);
        Assert.Contains("changed.txt 'then'", live, StringComparison.Ordinal);
        Assert.Contains("deleted/deep.txt 'then'", live, StringComparison.Ordinal);
        Assert.Contains("kept.txt 'always'", live, StringComparison.Ordinal);
        Assert.Contains("link -> changed.txt", live, StringComparison.Ordinal);
        Assert.DoesNotContain("now", live, StringComparison.Ordinal);
    }

    private static void AssertGoesOn(SqliteConnection open)
    {
        var rows = TestDatabase.Scalar(open, "SELECT count(*) FROM state");
        TestDatabase.Execute(open, "INSERT INTO state (value) VALUES ('later')");
        Assert.Equal((long)rows! + 1, TestDatabase.Scalar(open, "SELECT count(*) FROM state"));
    }

    private static async Task<OperationView> LastRestoreAsync(RestoreWorld world) =>
        (await world.Portal.Get<OperationHistory>().ListAsync(world.Tenant.Id, 10, Token)).First(operation => operation.Kind == OperationKind.Restore);
}
