using Quartz;

namespace BackupPortal.Core.Scheduling;

/// <summary>Looks for due backups whenever Quartz says so.</summary>
[DisallowConcurrentExecution]
internal sealed partial class NightlyJob(NightlyBackups backups, ILogger<NightlyJob> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        try
        {
            await backups.QueueDueAsync(cancellationToken);
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            Log.LookFailed(logger, fault);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Error, Message = "Due backups could not be looked up; it is tried again.")]
        public static partial void LookFailed(ILogger logger, Exception fault);
    }
}
