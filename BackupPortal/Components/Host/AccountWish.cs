using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Components.Host;

/// <summary>An account that an operator wants to add.</summary>
/// <param name="School">Null for an operator.</param>
/// <param name="Role">In the school.</param>
public sealed record AccountWish(string Email, Tenant? School, TenantRole Role);
