using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Tells of a new tenant whose process was killed before it could: the tenant has its operation's identifier, so it is there or it never came to be. What never came to be goes.
/// </summary>
internal sealed class RestoreAsTenantRecovery(
    RestoreAsTenant arrivals, RestoreSource source, TenantStore tenants, OperationLookup lookup, OperationStore operations, OperationRecovery settlement) : ICrashRecovery
{
    public async Task RecoverAsync(Tenant tenant, TenantLease lease, CancellationToken cancellationToken)
    {
        await arrivals.ClearAsync(cancellationToken);
        foreach (var open in await lookup.ListOpenAsync(OperationState.Running, cancellationToken))
        {
            if (open.Tenant == tenant.Id && await tenants.FindAsync(new TenantId(open.Id.Value), cancellationToken) is { } added)
                await SettleAsync(tenant, open.Id, added, cancellationToken);
        }
    }

    private async Task SettleAsync(Tenant of, OperationId id, Tenant added, CancellationToken cancellationToken)
    {
        if (await operations.FindAsync(id, cancellationToken) is not { Kind: OperationKind.RestoreAsTenant } view)
            return;
        var snapshot = await source.ResolveAsync(of, RestoreAsTenantArguments.FromJson(view.Arguments).Snapshot, from: null, cancellationToken);
        await settlement.SettleAsync(
            id, OperationState.Succeeded, RestoreAsTenantOperation.OutcomeOf(added, snapshot), error: null, hint: null, cancellationToken);
    }
}
