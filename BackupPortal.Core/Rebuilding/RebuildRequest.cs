using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Rebuilding;

/// <summary>How a catalog is to be made from repositories.</summary>
/// <param name="Replace">Put a catalog that is there aside, under a new name.</param>
/// <param name="Databases">Where live databases are that no record tells of, or that are elsewhere now, by tenant; absolute.</param>
/// <param name="FilesFolders">The same of files folders.</param>
/// <param name="By">Who asks for it.</param>
public sealed record RebuildRequest(
    bool Replace, IReadOnlyDictionary<TenantSlug, string> Databases, IReadOnlyDictionary<TenantSlug, string> FilesFolders, string By);

/// <param name="PutAside">Where the catalog is now that was there; null when there was none.</param>
public sealed record RebuildResult(IReadOnlyList<RebuiltTenant> Tenants, string? PutAside)
{
    /// <summary>False when anything that is there is not in the new catalog.</summary>
    public bool IsWhole => Tenants.All(tenant => tenant is { IsAdded: true, UnreadableSnapshots.Count: 0 });
}

/// <summary>What was found of one tenant.</summary>
/// <param name="Tenant">Null when it is not in the new catalog.</param>
/// <param name="Undoable">How many restores can be undone, by the safety snapshots that are there.</param>
/// <param name="UnreadableSnapshots">By identifier; they are listed as damaged.</param>
/// <param name="Notices">What a person must know or do.</param>
public sealed record RebuiltTenant(
    TenantSlug Slug, Tenant? Tenant, int Snapshots, int Undoable, IReadOnlyList<string> UnreadableSnapshots, IReadOnlyList<Message> Notices)
{
    public bool IsAdded => Tenant is not null;
}
