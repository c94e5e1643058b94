using System.Runtime.Versioning;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A snapshot of another school gets into this one only when somebody says so by name.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ForeignSnapshotTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_FromARepositoryThatWasCopiedByHand_IsRefused()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var other = await AddOtherAsync(world);
        Directory.Delete(other.Home.Repository, recursive: true);
        Copy(world.Tenant.Home.Repository, other.Home.Repository);

        var refused = await RunAsync(world, other, new RestoreArguments(then.Value));
        var refusedPart = await world.Portal.Get<OperationRunner>().RunNowAsync(
            other, OperationKind.Retrieve, new RetrievalArguments(then.Value, ["state"]).ToJson(), "operator", null, Token);

        Assert.Equal((OperationState.Failed, "OtherTenant"), (refused.State, refused.Error!.Key));
        Assert.Equal((OperationState.Failed, "OtherTenant"), (refusedPart.State, refusedPart.Error!.Key));
        Assert.Contains("School school", refused.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal("other", TestDatabase.Scalar(other.DatabasePath, "SELECT value FROM state"));
    }

    [Theory]
    [InlineData("school", true)]
    [InlineData("park", false)]
    [InlineData("nobody", false)]
    public async Task Restore_NamingASchool_TakesOnlyThatSchoolsSnapshot(string from, bool isTaken)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var other = await AddOtherAsync(world);
        // As large and as old as the other school's, but another file: its content must be in the safety snapshot all the same.
        var file = Path.Combine(other.FilesPath, "kept.txt");
        await File.WriteAllTextAsync(file, "others", Token);
        File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(Path.Combine(world.Files, "kept.txt")));

        var done = await RunAsync(world, other, new RestoreArguments(then.Value, From: from));

        if (!isTaken)
        {
            Assert.Equal(OperationState.Failed, done.State);
            Assert.Equal("other", TestDatabase.Scalar(other.DatabasePath, "SELECT value FROM state"));
            return;
        }

        Assert.True(done.State == OperationState.Succeeded, $"{done.Error}");
        Assert.Equal(500L, TestDatabase.Scalar(other.DatabasePath, "SELECT count(*) FROM state WHERE value = 'then'"));
        Assert.Equal("always", await File.ReadAllTextAsync(file, Token));
        var problems = await VerifyAsync(world, other, done.Outcome!.SafetySnapshot!);
        Assert.Empty(problems);
        var undo = await world.Portal.Get<OperationRunner>().RunNowAsync(
            other, OperationKind.Undo, UndoArguments.ToJson(done.Id), "operator", null, Token);
        Assert.True(undo.State == OperationState.Succeeded, $"{undo.Error}");
        Assert.Equal("other", TestDatabase.Scalar(other.DatabasePath, "SELECT value FROM state"));
        Assert.Equal("others", await File.ReadAllTextAsync(file, Token));
    }

    private static async Task<Tenant> AddOtherAsync(RestoreWorld world)
    {
        var other = await world.Portal.AddTenantAsync("park");
        TestDatabase.Create(other.DatabasePath, "CREATE TABLE state (id INTEGER PRIMARY KEY, value TEXT NOT NULL); PRAGMA user_version = 7; INSERT INTO state (value) VALUES ('other')");
        var backup = await world.Portal.Get<OperationRunner>().RunNowAsync(
            other, OperationKind.Backup, new Core.Backup.BackupArguments(SnapshotOrigin.Manual, null).ToJson(), "operator", null, Token);
        Assert.Equal(OperationState.Succeeded, backup.State);
        return other;
    }

    private static Task<OperationView> RunAsync(RestoreWorld world, Tenant tenant, RestoreArguments arguments) =>
        world.Portal.Get<OperationRunner>().RunNowAsync(tenant, OperationKind.Restore, arguments.ToJson(), "operator", null, Token);

    private static async Task<IReadOnlyList<string>> VerifyAsync(RestoreWorld world, Tenant tenant, SnapshotId id)
    {
        var repository = world.Portal.Get<TenantRepositories>().Of(tenant);
        var reader = await repository.OpenAsync(await repository.ReadRecordAsync(id, Token), Token);
        return await reader.VerifyAsync(null, Token);
    }

    private static void Copy(string from, string to)
    {
        foreach (var file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
