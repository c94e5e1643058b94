using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Repository;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Pruning;

/// <summary>Packs of which little is in use are written anew, and snapshots refer to the new ones.</summary>
public sealed class RepackTests : IDisposable
{
    private readonly SchoolDays school = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => school.Dispose();

    [Fact]
    public async Task Prune_ThirtySnapshotsToOne_IsHardlyLargerThanAFreshRepository()
    {
        var made = await school.LiveAsync(days: 30);
        var before = school.Size;

        await school.PruneForGoodAsync(made.SkipLast(1));

        var fresh = new FaultyStore();
        await new RepositoryRig(school.Folder, fresh).BackupAsync(school.Database, school.Files, Cancel);
        Assert.True(before > 1.2 * SchoolDays.SizeOf(fresh), $"There was nothing to save: {before} of {SchoolDays.SizeOf(fresh)}.");
        Assert.True(school.Size <= 1.1 * SchoolDays.SizeOf(fresh), $"{before} became {school.Size}, and a fresh repository has {SchoolDays.SizeOf(fresh)}.");
        await school.AssertWholeAsync(made[^1]);
    }

    [Fact]
    public async Task Prune_SomeOfThirtySnapshotsStay_EachIsWholeAndTheRepositoryIsNotLargerThanBefore()
    {
        var made = await school.LiveAsync(days: 12);
        var databases = await school.ReadAllAsync(made);
        var before = school.Size;

        await school.PruneForGoodAsync(made.Where((_, i) => i % 4 != 3));

        foreach (var record in made.Where((_, i) => i % 4 == 3))
        {
            Assert.Empty(await (await school.Rig.OpenAsync(record.Id, Cancel)).VerifyAsync(null, Cancel));
            SameBytes.Check(databases[record.Id], await school.Rig.RestoreAsync(record.Id, Cancel));
        }
        Assert.True(school.Size < before);
    }

    [Fact]
    public async Task Backup_AfterARepack_StoresItsOwnChangesOnly()
    {
        var made = await school.LiveAsync(days: 12);
        await school.PruneForGoodAsync(made.SkipLast(1));
        Assert.Equal(1, (await school.Rig.Repository.ReadRecordAsync(made[^1].Id, Cancel)).Revision);
        TestDatabase.Execute(school.Database, "UPDATE grades SET points = points + 1 WHERE id = 77");

        SnapshotRecord next;
        await using (var writer = await school.Rig.Repository.BeginAsync(Cancel))
        {
            next = await school.Rig.BackupAsync(writer, school.Database, school.Files, Cancel);
            Assert.Empty(writer.Notices);
        }

        Assert.InRange(next.AddedBytes, 1, 10_000);
        await school.AssertWholeAsync(next);
        await school.PruneForGoodAsync([made[^1]]);
        await school.AssertWholeAsync(next);
    }

    [Fact]
    public async Task Prune_AnyCallOfTheStoreFailsInARepack_AllIsWholeAndTheNextOneFinishes()
    {
        var made = await school.LiveAsync(days: 8, rows: 2000);
        var before = school.Remember();
        var calls = school.Store.Calls;
        await school.PruneAsync(made.SkipLast(1));
        calls = school.Store.Calls - calls;
        Assert.Equal(1, (await school.Rig.Repository.ReadRecordAsync(made[^1].Id, Cancel)).Revision);
        for (var failing = 3; failing <= calls; failing += calls / 25)
        {
            school.Reset(before);
            school.Store.Fault = StoreFault.Fail;
            school.Store.FaultAt = school.Store.Calls + failing;
            await Assert.ThrowsAnyAsync<Core.Messages.PortalException>(() => school.PruneAsync(made.SkipLast(1)));
            school.Store.FaultAt = null;

            foreach (var id in await school.Rig.Repository.ListAsync(Cancel))
                Assert.Empty(await (await school.Rig.OpenAsync(id, Cancel)).VerifyAsync(null, Cancel));
            var left = (await school.Rig.Repository.ListAsync(Cancel)).ToHashSet();
            await school.PruneForGoodAsync(made.SkipLast(1).Where(record => left.Contains(record.Id)));
            await school.AssertWholeAsync(made[^1]);
        }
    }

    [Fact]
    public async Task Read_InProgressWhileThePackIsReplaced_IsNotDisturbed()
    {
        var made = await school.LiveAsync(days: 12);
        var reader = await school.Rig.OpenAsync(made[^1].Id, Cancel);

        await school.PruneAsync(made.SkipLast(1));

        Assert.Equal(1, (await school.Rig.Repository.ReadRecordAsync(made[^1].Id, Cancel)).Revision);
        Assert.Empty(await reader.VerifyAsync(null, Cancel));
    }
}
