using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Export;
using BackupPortal.Core.Import;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Rebuilding;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;
using BackupPortal.Core.Verification;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace BackupPortal.Core;

public static class CoreServices
{
    /// <summary>Adds every capability, for the installation in <paramref name="root"/>. Starts nothing.</summary>
    public static IServiceCollection AddBackupPortalCore(this IServiceCollection services, DataRoot root)
    {
        services.AddLogging();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton(root);
        return services
            .AddVerification()
            .AddPruning()
            .AddRetrieval()
            .AddCopies()
            .AddImport()
            .AddExport()
            .AddRebuilding()
            .AddRestore()
            .AddComparison()
            .AddBackup()
            .AddMaintenance()
            .AddOperations()
            .AddCatalog()
            .AddRepository()
            .AddSources()
            .AddEncryption();
    }
}
