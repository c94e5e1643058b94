using BackupPortal.Components.Overview;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;

namespace BackupPortal.Components.Host;

/// <summary>Reads how every school stands, from the catalog; live data is not touched.</summary>
internal sealed class SchoolStandings(
    TenantStore tenants, SnapshotIndex snapshots, ScheduleStore schedules, OperationHistory history, TimeProvider time)
{
    /// <param name="operations">How many of each school's newest operations are looked at.</param>
    /// <returns>Worst first.</returns>
    public async Task<IReadOnlyList<SchoolStanding>> ReadAsync(int operations, CancellationToken cancellationToken)
    {
        var newest = await snapshots.NewestAsync(cancellationToken);
        List<SchoolStanding> schools = [];
        foreach (var tenant in await tenants.ListAsync(cancellationToken))
        {
            var last = newest.GetValueOrDefault(tenant.Id);
            var schedule = await schedules.GetAsync(tenant.Id, cancellationToken);
            var recent = await history.ListAsync(tenant.Id, operations, cancellationToken);
            // Right after a restore the newest is its safety copy, which does not count, and neither does an imported one: then the others are asked for.
            var known = last is { Protects: false } ? await snapshots.ListAsync(tenant, cancellationToken) : last is null ? [] : [last];
            var state = ProtectionState.Of(known, schedule, recent, time.GetUtcNow(), tenant.TimeZone);
            schools.Add(new SchoolStanding(tenant, state, known.FirstOrDefault(static one => one.Protects), schedule));
        }

        return SchoolStanding.WorstFirst(schools);
    }
}
