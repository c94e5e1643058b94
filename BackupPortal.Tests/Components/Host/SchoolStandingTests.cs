using BackupPortal.Components.Host;
using BackupPortal.Components.Overview;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components.Host;

public sealed class SchoolStandingTests
{
    [Fact]
    public void WorstFirst_MixedSchools_AreOrderedByLevelThenByAgeThenByName()
    {
        var fresh = Standing("Fresh", ProtectionLevel.Protected, Known.Now);
        var stale = Standing("Stale", ProtectionLevel.Protected, Known.Now.AddHours(-20));
        var late = Standing("Late", ProtectionLevel.Attention, Known.Now.AddDays(-3));
        var zoo = Standing("Zoo", ProtectionLevel.Unprotected, null);
        var abc = Standing("abc", ProtectionLevel.Unprotected, null);

        var ordered = SchoolStanding.WorstFirst([fresh, zoo, late, stale, abc]);

        Assert.Equal(["abc", "Zoo", "Late", "Stale", "Fresh"], ordered.Select(static school => school.Tenant.Name));
    }

    [Fact]
    public async Task Read_NewestIsASafetyCopy_TellsOfTheBackupBeforeIt()
    {
        await using var portal = await PageFixture.CreateAsync();
        await portal.BackUpAsync();
        var backup = Assert.Single(await portal.Get<SnapshotIndex>().ListAsync(portal.Tenant, TestContext.Current.CancellationToken));
        await portal.BackUpAsync(origin: SnapshotOrigin.Safety);

        var school = Assert.Single(await portal.Get<SchoolStandings>().ReadAsync(10, TestContext.Current.CancellationToken));

        Assert.Equal(backup.Id, school.Newest?.Id);
        Assert.NotEqual(ProtectionLevel.Unprotected, school.State.Level);
    }

    private static SchoolStanding Standing(string name, ProtectionLevel level, DateTimeOffset? newest) => new(
        Known.Tenant with { Id = TenantId.Create(), Name = name }, new ProtectionState(level, "", ""),
        newest is { } at ? Known.Snapshot(at) : null, new NightlySchedule(true, ScheduleStore.DefaultTime, Known.Now.AddHours(14)));
}
