using BackupPortal.Core.Catalog;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using Quartz;

namespace BackupPortal.Core.Scheduling;

/// <summary>Finishes or reverses restores and retrievals that met a fault and are still open, and deletes what killed ones left and what has been in quarantine long enough.</summary>
[DisallowConcurrentExecution]
internal sealed partial class RestoreTidying(
    RestoreRecovery recovery, RetrievalRecovery retrievals, TenantStore tenants, QuarantineList quarantines, ILogger<RestoreTidying> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await RunAsync(cancellationToken);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await recovery.RunAsync(cancellationToken);
            await retrievals.RunAsync(cancellationToken);
            foreach (var tenant in await tenants.ListAsync(cancellationToken))
            {
                var deleted = quarantines.DeleteExpired(tenant);
                if (deleted > 0)
                    Log.Deleted(logger, deleted, tenant.Slug.Value);
            }
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.Failed(logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "The raw files of {Count} restores of {Tenant} have been in quarantine long enough; they are deleted.")]
        public static partial void Deleted(ILogger logger, int count, string tenant);

        [LoggerMessage(Level = LogLevel.Error, Message = "Open restores and quarantines could not be looked at; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
