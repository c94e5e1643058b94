using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Rebuilding;

/// <summary>Makes the catalog anew from the repositories alone. The portal must not run.</summary>
public sealed class CatalogRebuild
{
    private static readonly string[] Companions = ["-wal", "-shm", "-journal"];

    private readonly DataRoot _root;
    private readonly TenantRepositories _repositories;
    private readonly RunnerPresence _presence;
    private readonly MaintenanceGuard _maintenance;
    private readonly IOptions<NightlyOptions> _nightly;
    private readonly ILoggerFactory _loggers;
    private readonly TimeProvider _time;

    internal CatalogRebuild(
        DataRoot root, TenantRepositories repositories, RunnerPresence presence, MaintenanceGuard maintenance, IOptions<NightlyOptions> nightly, ILoggerFactory loggers,
        TimeProvider time)
    {
        _root = root;
        _repositories = repositories;
        _presence = presence;
        _maintenance = maintenance;
        _nightly = nightly;
        _loggers = loggers;
        _time = time;
    }

    /// <summary>Reads every repository, and writes the catalog to another name first: killed at any point, there is no catalog or a whole one.</summary>
    /// <exception cref="PortalException">There is a catalog that is not to be replaced, somebody works on the data root, or there is nothing to make a catalog of.</exception>
    public async Task<RebuildResult> RunAsync(RebuildRequest request, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_root.Tenants))
            throw RebuildText.Refusal("NothingThere", "NothingThereHint", _root.Path);
        // Whoever starts now waits here, before it would begin an empty catalog.
        using var alone = await FileLock.TakeAsync(Path.Combine(_root.Path, "portal.db.lock"), _time, cancellationToken);
        if (File.Exists(_root.CatalogFile) && !request.Replace)
            throw RebuildText.Refusal("CatalogIsThere", "CatalogIsThereHint", _root.CatalogFile);
        if (_presence.IsAnyoneElseAlive() || IsInUse())
            throw RebuildText.Refusal("InUse", "InUseHint", _root.Path);
        foreach (var left in Directory.EnumerateDirectories(_root.Path, NewCatalog.FolderPattern).ToList())
            Directory.Delete(left, recursive: true);

        using var catalog = new NewCatalog(_root, _repositories, _nightly, _loggers, _time);
        await catalog.CreateAsync(cancellationToken);
        var survey = new RepositorySurvey(_root, _repositories);
        var making = new RestoredTenants(_root, request, _time);
        var tenants = new List<RebuiltTenant>();
        foreach (var slug in MaintenanceWatch.TenantsIn(_root).OrderBy(one => one.Value, StringComparer.Ordinal).ToList())
            tenants.Add(await RebuildAsync(await survey.RunAsync(slug, cancellationToken), making, catalog, request.By, cancellationToken));
        if (!tenants.Exists(tenant => tenant.IsAdded))
            throw Nothing(tenants);
        cancellationToken.ThrowIfCancellationRequested();
        var putAside = PutAside();
        catalog.Publish();
        return new RebuildResult(tenants, putAside);
    }

    private async Task<RebuiltTenant> RebuildAsync(
        SurveyedRepository found, RestoredTenants making, NewCatalog catalog, string by, CancellationToken cancellationToken)
    {
        var tenant = making.Make(found);
        if (found.MissingKey is { } hint)
            found.Notices.Add(hint);
        if (tenant is null)
        {
            found.Notices.Add(RebuildText.Of(found.Unreadable.Count == 0 ? "NoSnapshots" : "LeftOut"));
            return new RebuiltTenant(found.Slug, null, 0, 0, found.Unreadable, found.Notices);
        }

        var undoable = await catalog.AddAsync(tenant, found, by, cancellationToken);
        if (TenantRestoreRecovery.IsNeeded(tenant.Home))
            found.Notices.Add(RebuildText.Of("RestoreIsOpen"));
        if (_maintenance.Find(tenant.Slug) is { } notice)
            found.Notices.Add(RebuildText.Of("InMaintenance", notice.SinceUtc.ToString("yyyy-MM-dd HH:mm'Z'", CultureInfo.InvariantCulture)));
        return new RebuiltTenant(found.Slug, tenant, found.Records.Count, undoable, found.Unreadable, found.Notices);
    }

    private PortalException Nothing(List<RebuiltTenant> tenants) => tenants.SelectMany(tenant => tenant.Notices).FirstOrDefault() is { } why
        ? new PortalException(RebuildText.Of("NothingReadable", _root.Tenants, why.ToString()), RebuildText.Of("NothingReadableHint"))
        : RebuildText.Refusal("NothingThere", "NothingThereHint", _root.Path);

    /// <summary>Whether another process has the catalog open. One that cannot be read is in nobody's use.</summary>
    private bool IsInUse()
    {
        if (!File.Exists(_root.CatalogFile))
            return false;
        try
        {
            using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = _root.CatalogFile, Pooling = false, DefaultTimeout = 1 }.ToString());
            connection.Open();
            using var command = connection.CreateCommand();
            // Only who is alone can leave WAL; and what is put aside is then one file, with everything in it.
            command.CommandText = "PRAGMA journal_mode = DELETE;";
            return command.ExecuteScalar() as string != "delete";
        }
        catch (SqliteException e)
        {
            return e.SqliteErrorCode is 5 or 6;
        }
    }

    // A -wal that stays behind would be taken for the new catalog's own, so it goes with the old one, and also where there is no old one any more.
    private string? PutAside()
    {
        var aside = $"{_root.CatalogFile}.{_time.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}";
        for (var number = 2; Path.Exists(aside) || Companions.Any(companion => Path.Exists(aside + companion)); number++)
            aside = $"{aside.Split('~')[0]}~{number}";
        var moved = false;
        foreach (var companion in Companions.Prepend(""))
        {
            if (!File.Exists(_root.CatalogFile + companion))
                continue;
            File.Move(_root.CatalogFile + companion, aside + companion);
            moved = true;
        }

        DurableFile.SyncFolder(_root.Path);
        return moved ? aside : null;
    }
}
