using System.Globalization;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.MaintenanceMode;

/// <summary>Tells how far a tenant's maintenance is.</summary>
internal sealed class TenantStatusReader(MaintenanceGuard guard, OperationHistory operations)
{
    public async Task<TenantStatus> ReadAsync(Tenant tenant, CultureInfo culture, CancellationToken cancellationToken)
    {
        if (guard.Find(tenant.Slug) is not { } notice)
            return new TenantStatus(false, null, null, null);

        var operation = notice.Operation is { } id ? await operations.FindAsync(tenant.Id, id, cancellationToken) : null;
        var percent = operation?.Progress is { } progress ? (int)Math.Clamp(progress.Fraction * 100, 0, 100) : (int?)null;
        var step = MaintenanceText.Get(StepOf(operation), culture);
        return new TenantStatus(true, notice.SinceUtc, step, percent);
    }

    private static string StepOf(OperationView? operation) => operation?.Progress?.Phase switch
    {
        null => "StepMaintenance",
        OperationPhase.Swap => "StepSwap",
        OperationPhase.CheckAfter => "StepCheck",
        OperationPhase.Resume or OperationPhase.SafetyCopy or OperationPhase.Finish => "StepResume",
        _ => "StepPrepare",
    };
}
