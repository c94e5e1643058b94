namespace BackupPortal.Core.Backup;

public static class BackupServices
{
    public static IServiceCollection AddBackup(this IServiceCollection services) => services.AddSingleton<SnapshotTaker>();
}
