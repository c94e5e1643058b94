using BackupPortal.Components.Comparisons;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Components.Restores;

/// <summary>Finds out what going back to a snapshot would change: at once how many rows there are then and now, and while a dialog is open everything.</summary>
internal sealed partial class RestoreForesight(LiveDatabases live, StateComparer comparer, TimeProvider time, ILogger<RestoreForesight> log)
{
    /// <summary>Begins to compare. That it cannot be done must not keep anybody from restoring.</summary>
    /// <param name="cancellationToken">Ends it, when nobody wants to know it any more.</param>
    public ForeseenChanges Begin(Tenant tenant, SnapshotId snapshot, FriendlyNames names, CancellationToken cancellationToken) => new(
        async progress =>
        {
            try
            {
                using var comparison = await comparer.RunAsync(tenant, snapshot, null, progress, cancellationToken);
                return ComparisonView.Of(comparison, names);
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (Exception failure)
            {
                Log.NotCompared(log, failure, tenant.Slug, snapshot);
                return null;
            }
        },
        time);

    /// <summary>Null when live data cannot be read, which must not keep anybody from restoring.</summary>
    public async Task<RestorePreview?> CountAsync(Tenant tenant, SnapshotRecord record, CancellationToken cancellationToken)
    {
        try
        {
            await using var reader = await live.OpenReaderAsync(tenant, cancellationToken);
            var tables = await TableBrowser.ListTablesAsync(reader.Connection, cancellationToken);
            var version = reader.Connection.CreateCommand();
            version.CommandText = "PRAGMA user_version";
            var userVersion = Convert.ToInt64(await version.ExecuteScalarAsync(cancellationToken), System.Globalization.CultureInfo.InvariantCulture);
            var rows = tables.Where(static table => !table.IsView).ToDictionary(static table => table.Name, static table => table.RowCount);
            return RestorePreview.Of(record.Database.Tables, rows, record.Database.UserVersion > userVersion);
        }
        catch (Exception unreadable) when (unreadable is PortalException or Microsoft.Data.Sqlite.SqliteException)
        {
            return null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Tenant}: what going back to {Snapshot} would change could not be found out.")]
        public static partial void NotCompared(ILogger logger, Exception failure, TenantSlug tenant, SnapshotId snapshot);
    }
}
