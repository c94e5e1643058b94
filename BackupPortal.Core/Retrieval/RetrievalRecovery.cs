using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>Tells how a retrieval ended whose process is gone: its transaction came through, or nothing of it happened.</summary>
internal sealed class RetrievalRecovery(OperationRecovery settlement) : ICrashRecovery
{
    public async Task RecoverAsync(Tenant tenant, TenantLease lease, CancellationToken cancellationToken)
    {
        foreach (var file in RetrievalNote.List(tenant.Home).ToList())
        {
            var note = RetrievalNote.Read(file);
            if (HasHappened(tenant.DatabasePath, note))
                await settlement.SettleAsync(note.OperationId, OperationState.Succeeded, note.Outcome(downtime: null), null, null, cancellationToken);
            else
                await settlement.SettleAsync(
                    note.OperationId, OperationState.Interrupted, null, RetrievalText.Of("InterruptedUnchanged"), RetrievalText.Of("RepeatHint"), cancellationToken);
            File.Delete(file);
        }
    }

    private static bool HasHappened(string livePath, RetrievalNote note)
    {
        using var live = RestoreConnection.OpenReadOnly(livePath);
        return note.Probes.Any(probe => live.Text(probe) is not null);
    }
}
