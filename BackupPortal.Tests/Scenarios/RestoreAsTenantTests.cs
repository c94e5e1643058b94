using System.Runtime.Versioning;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Last month beside today: a snapshot becomes a school of its own, or nothing does.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestoreAsTenantTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RestoreAsTenant_MakesASchoolOfItsOwn_AndLeavesTheOldOneAlone()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var now = world.ReadLive();

        var done = await world.SucceedAsync(OperationKind.RestoreAsTenant, new RestoreAsTenantArguments(then.Value, "last-month", "Last month").ToJson());

        var added = (await FindAsync(world, "last-month"))!;
        Assert.Equal(then, done.Outcome!.Snapshot);
        Assert.Equal("Last month", added.Name);
        Assert.Equal(500L, TestDatabase.Scalar(added.DatabasePath, "SELECT count(*) FROM state WHERE value = 'then'"));
        Assert.Equal("wal", TestDatabase.Scalar(added.DatabasePath, "PRAGMA journal_mode"));
        Assert.Equal("then", await File.ReadAllTextAsync(Path.Combine(added.FilesPath, "deleted/deep.txt"), Token));
        Assert.Equal(now, world.ReadLive());
        Assert.Empty(await world.Portal.Get<MembershipStore>().ListAsync(added.Id, Token));
        AssertNothingIsLeft(world, "last-month");
        var backup = await world.Portal.Get<OperationRunner>().RunNowAsync(
            added, OperationKind.Backup, new Core.Backup.BackupArguments(Core.Snapshots.SnapshotOrigin.Manual, null).ToJson(), "operator", null, Token);
        Assert.Equal(OperationState.Succeeded, backup.State);
    }

    [Theory]
    [InlineData("school", "SlugTaken")]
    [InlineData("No Slug", "SlugInvalid")]
    [InlineData("taken", "HomeTaken")]
    public async Task RestoreAsTenant_ThatCannotBeAdded_LeavesNothing(string slug, string problem)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var taken = world.Portal.Root.HomeOf(TenantSlug.Parse("taken")).Path;
        Directory.CreateDirectory(taken);
        await File.WriteAllTextAsync(Path.Combine(taken, "somebody's"), "", Token);

        var failed = await world.RunAsync(OperationKind.RestoreAsTenant, new RestoreAsTenantArguments(then.Value, slug, "New").ToJson());

        var checking = await Assert.ThrowsAsync<InvalidTenantException>(() => world.Portal.Get<RestoreAsTenant>().CheckAsync(new NewTenant(slug, " ", null, null, null), Token));

        Assert.Equal(OperationState.Failed, failed.State);
        // Told before anything is unpacked, with whatever else is wrong.
        Assert.Equal(problem, checking.Problems.First(one => one.Field == nameof(NewTenant.Slug)).Problem.Key);
        Assert.Contains(checking.Problems, one => one.Problem.Key == "NameInvalid");
        Assert.Single(await world.Portal.Get<TenantStore>().ListAsync(Token));
        Assert.True(File.Exists(Path.Combine(taken, "somebody's")));
        AssertNothingIsLeft(world, "taken");
    }

    [Theory]
    [InlineData("Arriving", false)]
    [InlineData("Arrived", false)]
    [InlineData("ArrivalMarked", false)]
    [InlineData("MovedIn", false)]
    [InlineData("TenantAdded", true)]
    [InlineData("MarkDeleted", true)]
    public async Task RestoreAsTenant_Killed_IsThereAsAWholeOrNotAtAllAtTheNextStart(string point, bool isThere)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;

        Assert.True(await CrashingProcess.StartAsync(world.Portal.Root.Path, then.Value, point, 1, Token, CrashingProcess.AsTenant, "new"));
        await world.RecoverAsync();

        var operation = (await world.Portal.Get<OperationHistory>().ListAsync(world.Tenant.Id, 10, Token)).First(one => one.Kind == OperationKind.RestoreAsTenant);
        if (isThere)
        {
            var added = (await FindAsync(world, "new"))!;
            Assert.Equal((OperationState.Succeeded, then), (operation.State, operation.Outcome!.Snapshot));
            Assert.Equal(500L, TestDatabase.Scalar(added.DatabasePath, "SELECT count(*) FROM state WHERE value = 'then'"));
            Assert.Equal("then", await File.ReadAllTextAsync(Path.Combine(added.FilesPath, "deleted/deep.txt"), Token));
            AssertNothingIsLeft(world, "new");
        }
        else
        {
            Assert.Equal(OperationState.Interrupted, operation.State);
            Assert.Null(await FindAsync(world, "new"));
            AssertNothingIsLeft(world);
            await world.SucceedAsync(OperationKind.RestoreAsTenant, new RestoreAsTenantArguments(then.Value, "new", "New").ToJson());
        }
    }

    [Fact]
    public async Task Clear_AfterAKill_DeletesWhatNeverCameToBeAndNothingElse()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        await world.SucceedAsync(OperationKind.RestoreAsTenant, new RestoreAsTenantArguments(then.Value, "complete", "Complete").ToJson());
        var complete = (await FindAsync(world, "complete"))!;
        // Killed while it was unpacked; between the move and the row; after the row.
        var staged = Directory.CreateDirectory(Path.Combine(world.Portal.Root.Tenants, ".arriving-0123")).FullName;
        await File.WriteAllTextAsync(staged + ".lock", "", Token);
        var moved = Directory.CreateDirectory(Path.Combine(world.Portal.Root.Tenants, "moved")).FullName;
        await File.WriteAllTextAsync(Path.Combine(moved, ".arriving"), "", Token);
        await File.WriteAllTextAsync(Path.Combine(complete.Home.Path, ".arriving"), "", Token);

        await world.Portal.Get<RestoreAsTenant>().ClearAsync(Token);

        Assert.False(Directory.Exists(staged));
        Assert.False(Directory.Exists(moved));
        Assert.True(File.Exists(complete.DatabasePath));
        AssertNothingIsLeft(world, "complete");
    }

    private static Task<Tenant?> FindAsync(RestoreWorld world, string slug) => world.Portal.Get<TenantStore>().FindAsync(TenantSlug.Parse(slug), Token);

    private static void AssertNothingIsLeft(RestoreWorld world, params string[] schools)
    {
        Assert.Equal(
            schools.Append("school").Order(StringComparer.Ordinal),
            Directory.GetFileSystemEntries(world.Portal.Root.Tenants).Select(Path.GetFileName).Where(name => name != "taken" || schools.Contains("taken")).Order(StringComparer.Ordinal));
        Assert.Empty(Directory.GetFiles(world.Portal.Root.Tenants, ".arriving", SearchOption.AllDirectories));
    }
}
