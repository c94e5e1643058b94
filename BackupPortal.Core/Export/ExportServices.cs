namespace BackupPortal.Core.Export;

public static class ExportServices
{
    public static IServiceCollection AddExport(this IServiceCollection services) => services
        .AddSingleton<SnapshotExport>()
        .AddSingleton<IFormatWriter, SqliteFileWriter>();
}
