using BackupPortal.Components.Overview;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Components.Host;

/// <summary>How one school stands, for the operator's list.</summary>
/// <param name="Newest">The newest backup that counts: not a safety copy. Null when there is none.</param>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record SchoolStanding(Tenant Tenant, ProtectionState State, SnapshotSummary? Newest, NightlySchedule Schedule)
{
    /// <summary>Worst first; among equals the longest without a backup.</summary>
    public static IReadOnlyList<SchoolStanding> WorstFirst(IEnumerable<SchoolStanding> schools) =>
    [
        .. schools.OrderByDescending(static school => school.State.Level)
            .ThenBy(static school => school.Newest?.CreatedUtc ?? DateTimeOffset.MinValue)
            .ThenBy(static school => school.Tenant.Name, StringComparer.CurrentCultureIgnoreCase),
    ];
}
