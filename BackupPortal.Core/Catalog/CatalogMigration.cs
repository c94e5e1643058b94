using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Brings the catalog to what this program expects. Every start of the portal and every command does it first.</summary>
public sealed class CatalogMigration(DataRoot root, IDbContextFactory<CatalogContext> contexts, TimeProvider time)
{
    /// <summary>Creates the data root and the catalog when they are not there. Safe when several processes do it at once.</summary>
    /// <exception cref="PortalException">The catalog was written by a newer program.</exception>
    public async Task ApplyAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(root.Path);
        Directory.CreateDirectory(root.Tenants);
        using var alone = await FileLock.TakeAsync(Path.Combine(root.Path, "portal.db.lock"), time, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var known = context.Database.GetMigrations().ToHashSet();
        var applied = await context.Database.GetAppliedMigrationsAsync(cancellationToken);
        if (applied.FirstOrDefault(migration => !known.Contains(migration)) is { } newer)
            throw new PortalException(new Message("Catalog", "CatalogIsNewer", newer), new Message("Catalog", "CatalogIsNewerHint"));
        if (known.Count == applied.Count())
            return;
        await context.Database.ExecuteSqlRawAsync("PRAGMA journal_mode = WAL;", cancellationToken);
        // EF's own lock is a row that a killed process leaves behind for good. This process is alone, so whatever is there is such a leftover.
        await context.Database.ExecuteSqlRawAsync("""DROP TABLE IF EXISTS "__EFMigrationsLock";""", cancellationToken);
        await context.Database.MigrateAsync(cancellationToken);
    }
}
