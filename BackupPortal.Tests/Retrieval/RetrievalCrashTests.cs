using System.Runtime.Versioning;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Retrieval;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Retrieval;

/// <summary>The process that brings rows back is killed at every step: all of them are back, or none, and the operation says which.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RetrievalCrashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Noted", false, false)]
    [InlineData("RowsWritten", false, false)]
    [InlineData("RowsCommitted", true, false)]
    [InlineData("Finished", true, false)]
    [InlineData("FilesApplied", false, false)]
    [InlineData("FileSwapped", false, false)]
    [InlineData("FilesApplied", false, true)]
    [InlineData("FileSwapped", false, true)]
    [InlineData("Noted", false, true)]
    [InlineData("RowsWritten", false, true)]
    [InlineData("RowsCommitted", true, true)]
    [InlineData("Finished", true, true)]
    public async Task Retrieve_Killed_HasHappenedWholeOrNotAtAll(string point, bool isBack, bool replaceChanged)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var before = world.ReadLive();

        Assert.True(await RetrievingProcess.StartAsync(world.Portal.Root.Path, new RetrievalArguments(then.Value, ["state"], ReplaceChanged: replaceChanged) { Files = [""] }.ToJson(), point, Token));
        TestDatabase.Execute(world.Database, "CREATE TABLE goes_on (id INTEGER); DROP TABLE goes_on;");
        await world.RecoverAsync();

        var operation = (await world.Portal.Get<OperationHistory>().ListAsync(world.Tenant.Id, 1, Token)).Single();
        Assert.Null(world.Portal.Get<MaintenanceGuard>().Find(world.Tenant.Slug));
        Assert.Equal(isBack ? OperationState.Succeeded : OperationState.Interrupted, operation.State);
        Assert.Empty(Directory.GetFileSystemEntries(RetrievalNote.FolderOf(world.Tenant.Home)));
        if (!isBack)
        {
            Assert.Contains("unchanged", operation.Error!.ToString(), StringComparison.Ordinal);
            Assert.Equal(before, world.ReadLive());
            return;
        }
        Assert.Equal(500L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state"));
        Assert.Equal(replaceChanged ? 0L : 400L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state WHERE value = 'now'"));
        Assert.Equal("then", File.ReadAllText(Path.Combine(world.Files, "deleted/deep.txt")));
        Assert.Equal(replaceChanged ? "then" : "now, and longer", File.ReadAllText(Path.Combine(world.Files, "changed.txt")));
        await world.UndoAsync(operation);
        Assert.StartsWith("now 400", world.ReadLive(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recovery_OfAnotherOperation_LeavesWhatCameBackEarlierToItsUsers()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        await world.SucceedAsync(OperationKind.Retrieve, new RetrievalArguments(then.Value, ["state"]) { Files = ["deleted"] }.ToJson());
        TestDatabase.Execute(world.Database, "DELETE FROM state WHERE id > 400");
        var before = world.ReadLive();

        // As for any operation whose process is gone.
        using (var lease = world.Portal.Get<TenantLeases>().TryAcquire(world.Tenant, operation: null)!)
        {
            foreach (var recovery in world.Portal.Get<IEnumerable<ICrashRecovery>>())
                await recovery.RecoverAsync(world.Tenant, lease, Token);
        }

        Assert.Equal(before, world.ReadLive());
        Assert.Equal("then", File.ReadAllText(Path.Combine(world.Files, "deleted/deep.txt")));
    }
}
