using BackupPortal.Core.Repository;

namespace BackupPortal.Core.Export;

public static class ExportServices
{
    public static IServiceCollection AddExport(this IServiceCollection services) => services
        .AddSingleton(static provider => new SnapshotExport(provider.GetRequiredService<TenantRepositories>(), provider.GetServices<IFormatWriter>()))
        .AddSingleton<IFormatWriter, SqliteFileWriter>()
        .AddSingleton<IFormatWriter, SqliteSqlWriter>()
        .AddSingleton<IFormatWriter, PostgresWriter>()
        .AddSingleton<IFormatWriter, ZipWriter>()
        .AddSingleton<IFormatWriter, CsvWriter>();
}
