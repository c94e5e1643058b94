using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using Quartz;

namespace BackupPortal.Core.Scheduling;

/// <summary>Finishes or reverses restores and retrievals that met a fault and are still open, and deletes what killed ones left what has been in quarantine long enough, and exports that nobody has fetched.</summary>
[DisallowConcurrentExecution]
internal sealed partial class TenantTidying(
    RestoreRecovery recovery, RetrievalRecovery retrievals, TenantStore tenants, QuarantineList quarantines, KeptFiles kept, ILogger<TenantTidying> logger) : IJob
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
                var expired = kept.DeleteExpired(tenant);
                if (expired > 0)
                    Log.Expired(logger, expired, tenant.Slug.Value);
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

        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} exports of {Tenant} have waited long enough to be downloaded; they are deleted.")]
        public static partial void Expired(ILogger logger, int count, string tenant);

        [LoggerMessage(Level = LogLevel.Error, Message = "Open restores and quarantines could not be looked at; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault);
    }
}
