using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;

namespace BackupPortal.Hosting;

/// <summary>
/// Brings the installation in order before the server listens or anything else starts: no user gets in before what a crash left open is finished or
/// reversed. Whatever fails here stops the start.
/// </summary>
internal sealed partial class PortalStart(
    CatalogMigration migration, RestoreRecovery restores, OperationRecovery operations, RetrievalRecovery retrievals, MaintenanceGuard maintenance, ILogger<PortalStart> logger) : StartStep
{
    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        await migration.ApplyAsync(cancellationToken);
        await restores.RunAsync(cancellationToken);
        await operations.RunAsync(cancellationToken);
        await retrievals.RunAsync(cancellationToken);
        // Set by hand before the last stop: nobody may be left outside by something that no one remembers.
        await maintenance.LeaveManualAsync(cancellationToken);
        Log.InOrder(logger);
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Debug, "The catalog is migrated, and nothing is left open by an earlier process")]
        public static partial void InOrder(ILogger logger);
    }
}
