namespace BackupPortal.Core.Tenancy;

/// <summary>What a person is in one tenant; a higher one may do all that a lower one may. Operators stand above all tenants and need no membership.</summary>
public enum TenantRole
{
    /// <summary>An ordinary user: state, waiting page and data browser.</summary>
    Member,

    /// <summary>Runs the tenant: backups, restores, settings, members.</summary>
    Admin,
}
