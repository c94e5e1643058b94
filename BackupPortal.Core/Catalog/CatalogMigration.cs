using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Brings the catalog to what this program expects. Every start of the portal and every command does it first.</summary>
public sealed class CatalogMigration(DataRoot root, CatalogSql sql, IDbContextFactory<CatalogContext> contexts, TimeProvider time)
{
    /// <summary>All there are. Written down, because every command compares them, and EF would look through the whole program for them.</summary>
    internal static readonly IReadOnlyList<string> Migrations = ["20261120204747_Initial", "20261121130839_VerifyLevels", "20261121163818_SnapshotChecks", "20261121225822_FriendlyNames", "20261122044601_AccessTokens"];

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

    // Each migration writes its name in its own transaction, so this needs no lock. Whatever it finds unusual is left to EF.
    private async Task<bool> IsCurrentAsync(CancellationToken cancellationToken)
    {
        if (await sql.ScalarAsync(new SqlStatement("SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsHistory'"), cancellationToken) is not 1L)
            return false;
        var applied = await sql.QueryAsync(new SqlStatement("SELECT MigrationId FROM __EFMigrationsHistory"), reader => reader.GetString(0), cancellationToken);
        return applied.Count == Migrations.Count && Migrations.All(applied.Contains);
    }
}
