using BackupPortal.Core.Catalog;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Pruning;

/// <summary>Snapshots that restores still need: those of restores that are not over, and the safety snapshots of those that can still be undone.</summary>
internal sealed class NeededSnapshots(RestoreHistory restores, TenantStore tenants, IRestoreCheckpoint checkpoint)
{
    /// <returns>Each with what needs it.</returns>
    public async Task<IReadOnlyDictionary<SnapshotId, HoldReason>> FindAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var needed = new Dictionary<SnapshotId, HoldReason>();
        foreach (var past in await restores.ListAsync(tenant.Id, cancellationToken))
        {
            if (past is { CanUndo: true, SafetySnapshot: { } safety })
                needed[safety] = HoldReason.Undo;
        }
        foreach (var journal in RestoreJournal.List(tenant.Home, checkpoint).Where(journal => journal.IsOpen))
        {
            needed[journal.Note.SnapshotId] = HoldReason.Restore;
            if (SnapshotId.TryParse(journal.Note.SafetySnapshot, out var safety))
                needed[safety] = HoldReason.Restore;
        }
        // Another tenant may be restored from here.
        foreach (var other in await tenants.ListAsync(cancellationToken))
        {
            foreach (var journal in RestoreJournal.List(other.Home, checkpoint).Where(journal => journal.IsOpen && journal.Note.From == tenant.Slug.Value))
                needed[journal.Note.SnapshotId] = HoldReason.Restore;
        }
        return needed;
    }
}
