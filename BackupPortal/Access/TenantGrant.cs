using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Access;

/// <summary>What somebody may do in a tenant, as it was when it was asked for.</summary>
/// <param name="Role">Operators are admins of every tenant.</param>
internal sealed record TenantGrant(Tenant Tenant, TenantRole Role, bool IsOperator)
{
    public bool Allows(TenantRole needed) => Role >= needed;
}
