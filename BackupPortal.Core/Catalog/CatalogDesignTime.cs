using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace BackupPortal.Core.Catalog;

/// <summary>
/// Lets the tool that generates migrations build the model; never used by the program. In BackupPortal.Core, after <c>dotnet tool restore</c>:
/// <c>EfTools=true dotnet ef migrations add NAME -o Catalog/Migrations</c>.
/// </summary>
internal sealed class CatalogDesignTime : IDesignTimeDbContextFactory<CatalogContext>
{
    public CatalogContext CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<CatalogContext>();
        CatalogConnection.Configure(options, "design-time.db");
        return new CatalogContext(options.Options);
    }
}
