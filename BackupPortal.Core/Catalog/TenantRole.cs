namespace BackupPortal.Core.Catalog;

/// <summary>What an account may do in one tenant. Operators need none: see <see cref="Account.IsOperator"/>.</summary>
public enum TenantRole
{
    /// <summary>An ordinary user of the tenant.</summary>
    Member,

    /// <summary>Runs the tenant.</summary>
    Admin,
}
