using BackupPortal.Core.Catalog;
using BackupPortal.Core.Import.Uploads;
using Quartz;

namespace BackupPortal.Core.Scheduling;

/// <summary>Deletes uploads that nobody has gone on with for long.</summary>
[DisallowConcurrentExecution]
internal sealed partial class UploadTidying(UploadStore uploads, TenantStore tenants, ILogger<UploadTidying> logger) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken) => await RunAsync(cancellationToken);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var tenant in await tenants.ListAsync(cancellationToken))
        {
            try
            {
                var deleted = uploads.DeleteExpired(tenant);
                if (deleted > 0)
                    Log.Deleted(logger, deleted, tenant.Slug.Value);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                // One school's must not keep those of the others.
                Log.Failed(logger, fault, tenant.Slug.Value);
            }
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "{Count} uploads of {Tenant} were not gone on with; they are deleted.")]
        public static partial void Deleted(ILogger logger, int count, string tenant);

        [LoggerMessage(Level = LogLevel.Error, Message = "Uploads of {Tenant} could not be deleted; it is tried again.")]
        public static partial void Failed(ILogger logger, Exception fault, string tenant);
    }
}
