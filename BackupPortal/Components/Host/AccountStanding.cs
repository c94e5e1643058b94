using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Components.Host;

/// <summary>An account and what it may do, for the operator's list.</summary>
/// <param name="Memberships">By name of the school.</param>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record AccountStanding(AccountSummary Account, IReadOnlyList<SchoolRole> Memberships);

/// <summary>A role in one school.</summary>
public sealed record SchoolRole(Tenant School, TenantRole Role);
