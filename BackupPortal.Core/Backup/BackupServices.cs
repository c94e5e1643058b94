using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Backup;

public static class BackupServices
{
    public static IServiceCollection AddBackup(this IServiceCollection services) => services
        .AddSingleton<SnapshotTaker>()
        .AddSingleton<IOperationHandler, BackupOperation>();
}
