using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Scheduling;

/// <summary>Queues the nightly backups whose time has come.</summary>
public sealed partial class NightlyBackups(
    ScheduleStore schedules, OperationQueue queue, OperationHistory history, ILogger<NightlyBackups> logger)
{
    /// <summary>Who the schedule's operations are requested by.</summary>
    public const string RequestedBy = "schedule";

    /// <summary>
    /// Queues one backup for each tenant whose run is due, however many runs were missed while nobody looked. A tenant that has a backup queued or
    /// running gets none: that one serves. One tenant's failure does not keep the others waiting.
    /// </summary>
    /// <returns>How many were queued.</returns>
    public async Task<int> QueueDueAsync(CancellationToken cancellationToken)
    {
        var queued = 0;
        foreach (var due in await schedules.ListDueAsync(cancellationToken))
        {
            try
            {
                if (await QueueAsync(due, cancellationToken))
                    queued++;
            }
            catch (Exception fault) when (fault is not OperationCanceledException)
            {
                Log.QueueFailed(logger, fault, due.Tenant);
            }
        }
        return queued;
    }

    private async Task<bool> QueueAsync(DueRun due, CancellationToken cancellationToken)
    {
        var isUnderWay = await history.AnyOpenAsync(due.Tenant, OperationKind.Backup, cancellationToken);
        if (!isUnderWay)
        {
            var arguments = new BackupArguments(SnapshotOrigin.Automatic, Note: null).ToJson();
            await queue.EnqueueAsync(due.Tenant, OperationKind.Backup, arguments, RequestedBy, cancellationToken);
        }
        // Last: when this process dies right before, the next look finds the queued backup and only moves on. No night is ever skipped.
        await schedules.MoveOnAsync(due, cancellationToken);
        return !isUnderWay;
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "The nightly backup of tenant {Tenant} could not be queued; it is tried again.")]
        public static partial void QueueFailed(ILogger logger, Exception fault, TenantId tenant);
    }
}
