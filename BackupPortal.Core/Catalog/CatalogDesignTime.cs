using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace BackupPortal.Core.Catalog;

/// <summary>
/// Lets the tool that generates migrations and the compiled model build the model; never used by the program. In BackupPortal.Core, after
/// <c>dotnet tool restore</c>, whenever a table changes: <c>EfTools=true dotnet ef migrations add NAME -o Catalog/Migrations</c>, and whenever a table or the
/// version of EF changes: <c>EfTools=true dotnet ef dbcontext optimize -o Catalog/Compiled -n BackupPortal.Core.Catalog.Compiled</c>.
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
