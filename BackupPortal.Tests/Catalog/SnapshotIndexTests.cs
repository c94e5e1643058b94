using BackupPortal.Core.Catalog;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Repository;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Catalog;

public class SnapshotIndexTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task List_RepositoryThatGrewAndShrank_FollowsItNewestFirst()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();
        var index = portal.Get<SnapshotIndex>();
        Assert.Empty(await index.ListAsync(tenant, None));
        var rig = Rig(portal, tenant);
        var first = await rig.BackupAsync(Database(portal), cancellationToken: None);
        var second = await rig.BackupAsync(Database(portal), cancellationToken: None);

        await index.AddAsync(second with { Tenant = tenant.Id }, None);
        await index.AddAsync(second with { Tenant = tenant.Id }, None);
        var both = await index.ListAsync(tenant, None);
        File.Delete(Path.Combine(tenant.Home.Repository, "snapshots", $"{first.Id}.json"));
        var left = await index.ListAsync(tenant, None);

        Assert.Equal([second.Id, first.Id], both.Select(one => one.Id));
        Assert.Equal(
            (first.CreatedUtc, first.Origin, first.SizeBytes, first.AddedBytes, first.CreatedBy),
            (both[1].CreatedUtc, both[1].Origin, both[1].SizeBytes, both[1].AddedBytes, both[1].CreatedBy));
        Assert.Equal([second.Id], left.Select(one => one.Id));
    }

    [Fact]
    public async Task List_OneRecordDamaged_ShowsItAsDamagedAndAllTheOthers()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();
        var rig = Rig(portal, tenant);
        var damaged = await rig.BackupAsync(Database(portal), cancellationToken: None);
        var whole = await rig.BackupAsync(Database(portal), cancellationToken: None);
        await File.WriteAllTextAsync(Path.Combine(tenant.Home.Repository, "snapshots", $"{damaged.Id}.json"), "{}", None);

        var listed = await portal.Get<SnapshotIndex>().ListAsync(tenant, None);

        Assert.Equal([(whole.Id, false), (damaged.Id, true)], listed.Select(one => (one.Id, one.IsDamaged)));
        Assert.Equal(damaged.Id.Value[..15], $"{listed[1].CreatedUtc.UtcDateTime:yyyyMMdd't'HHmmss}");
    }

    [Fact]
    public async Task MarkVerified_HeldThenDamaged_KeepsTheLastGoodProof()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();
        var record = await Rig(portal, tenant).BackupAsync(Database(portal), cancellationToken: None);
        var index = portal.Get<SnapshotIndex>();
        var proof = new DateTimeOffset(2026, 11, 21, 3, 14, 0, TimeSpan.Zero);
        Assert.Null((await index.ListAsync(tenant, None))[0].ProvenUtc);

        await index.MarkVerifiedAsync(tenant.Id, record.Id, new SnapshotCheck(VerifyLevel.Decode, proof, TimeSpan.FromSeconds(3)), isWhole: true, None);
        await index.MarkVerifiedAsync(tenant.Id, record.Id, new SnapshotCheck(VerifyLevel.Drill, proof.AddDays(1), TimeSpan.FromMilliseconds(5_250)), isWhole: false, None);

        var now = Assert.Single(await index.ListAsync(tenant, None));
        Assert.Equal((proof, VerifyLevel.Decode, true), (now.ProvenUtc, now.ProvenLevel, now.IsDamaged));
        Assert.Equal(new SnapshotCheck(VerifyLevel.Drill, proof.AddDays(1), TimeSpan.FromMilliseconds(5_250)), now.LastCheck);
    }

    [Fact]
    public async Task MarkVerified_ByTwoChecksAtOnce_KeepsTheProof()
    {
        await using var portal = await TestPortal.CreateAsync();
        var tenant = await portal.AddTenantAsync();
        var record = await Rig(portal, tenant).BackupAsync(Database(portal), cancellationToken: None);
        var index = portal.Get<SnapshotIndex>();
        await index.ListAsync(tenant, None);
        var begin = new DateTimeOffset(2026, 11, 21, 3, 14, 0, TimeSpan.Zero);
        for (var round = 0; round < 60; round++)
        {
            var at = begin.AddMinutes(round);

            await Task.WhenAll(
                Task.Run(() => index.MarkVerifiedAsync(tenant.Id, record.Id, new SnapshotCheck(VerifyLevel.Presence, at.AddSeconds(1), null), isWhole: true, None), None),
                Task.Run(() => index.MarkVerifiedAsync(tenant.Id, record.Id, new SnapshotCheck(VerifyLevel.Decode, at, TimeSpan.FromSeconds(3)), isWhole: true, None), None));

            Assert.Equal(at, (await index.ListAsync(tenant, None))[0].ProvenUtc);
        }
    }

    [Fact]
    public async Task Newest_SomeTenantsWithSnapshots_TellsTheNewestOfEach()
    {
        await using var portal = await TestPortal.CreateAsync();
        var (one, two) = (await portal.AddTenantAsync("one"), await portal.AddTenantAsync("two"));
        await portal.AddTenantAsync("empty");
        var index = portal.Get<SnapshotIndex>();
        Dictionary<TenantId, SnapshotId> newest = [];
        foreach (var tenant in new[] { one, two })
        {
            var rig = Rig(portal, tenant);
            await rig.BackupAsync(Database(portal), cancellationToken: None);
            newest[tenant.Id] = (await rig.BackupAsync(Database(portal), cancellationToken: None)).Id;
            await index.ListAsync(tenant, None);
        }

        Assert.Equal(newest, (await index.NewestAsync(None)).ToDictionary(entry => entry.Key, entry => entry.Value.Id));
    }

    private static RepositoryRig Rig(TestPortal portal, Tenant tenant) =>
        new(portal.Folder, new LocalDirectoryStore(tenant.Home.Repository, TimeProvider.System));

    private static string Database(TestPortal portal)
    {
        var file = portal.Folder["sample.db"];
        TestDatabase.Execute(file, "CREATE TABLE IF NOT EXISTS grades (value INTEGER); INSERT INTO grades VALUES (1);");
        return file;
    }
}
