using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Makes EF's contexts of the catalog. EF is prepared at the first one: most commands need none. Safe for concurrent use.</summary>
internal sealed class CatalogContexts(DataRoot root, ILoggerFactory loggers) : IDbContextFactory<CatalogContext>
{
    private readonly Lazy<DbContextOptions<CatalogContext>> options = new(() =>
    {
        var builder = new DbContextOptionsBuilder<CatalogContext>();
        CatalogConnection.Configure(builder, root.CatalogFile);
        builder.UseLoggerFactory(loggers);
        return builder.Options;
    });

    public CatalogContext CreateDbContext() => new(options.Value);
}
