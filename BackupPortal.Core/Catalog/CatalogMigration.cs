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
        if (File.Exists(root.CatalogFile) && await IsCurrentAsync(cancellationToken))
            return;
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

    // Each migration writes its name in its own transaction, so this needs no lock. Plain SQL, because every command asks it first; whatever it
    // finds unusual is left to EF.
    private async Task<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        await context.Database.OpenConnectionAsync(cancellationToken);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'";
        if (await command.ExecuteScalarAsync(cancellationToken) is not 1L)
            return false;
        var missing = context.Database.GetMigrations().ToHashSet();
        command.CommandText = "SELECT MigrationId FROM __EFMigrationsHistory";
        await using var applied = await command.ExecuteReaderAsync(cancellationToken);
        while (await applied.ReadAsync(cancellationToken))
        {
            if (!missing.Remove(applied.GetString(0)))
                return false;
        }
        return missing.Count == 0;
    }
}
