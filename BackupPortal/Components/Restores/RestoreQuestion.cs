using BackupPortal.Components.Comparisons;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Radzen;
using static BackupPortal.Components.Restores.RestoresTexts;

namespace BackupPortal.Components.Restores;

/// <summary>Prepares and opens the dialog that stands before every restore.</summary>
internal sealed partial class RestoreQuestion(
    DialogService dialogs, LiveDatabases live, LockOutForecast forecast, StateComparer comparer, FriendlyNameStore names, LiveDamage damage,
    IOptions<RestoreKeepOptions> options, ILogger<RestoreQuestion> log)
{
    /// <returns>What to queue, or null when the person changed their mind.</returns>
    public async Task<string?> AskAsync(IComponent page, Tenant tenant, SnapshotRecord record, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, object>
        {
            [nameof(RestoreDialog.Tenant)] = tenant,
            [nameof(RestoreDialog.Record)] = record,
            [nameof(RestoreDialog.Now)] = now,
        };
        if (await CompareAsync(tenant, record, cancellationToken) is { } preview)
            parameters[nameof(RestoreDialog.Preview)] = preview;
        if (await forecast.RunAsync(tenant, record.Database, cancellationToken) is { } lockOut)
            parameters[nameof(RestoreDialog.LockOut)] = lockOut;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = FindChangesAsync(tenant, record, stop.Token);
        parameters[nameof(RestoreDialog.Changes)] = changes;
        var found = FindDamageAsync(tenant, stop.Token);
        parameters[nameof(RestoreDialog.Damage)] = found;
        parameters[nameof(RestoreDialog.KeptDays)] = options.Value.QuarantineDays;
        try
        {
            var wanted = await dialogs.AskAsync<RestoreDialog, RestoreArguments>(page, Texts["RestoreTitle"], parameters);
            return wanted?.ToJson();
        }
        finally
        {
            // Who has decided no longer waits for it.
            await stop.CancelAsync();
            await changes;
            await found;
        }
    }

    /// <returns>The way back that is asked for, or null when the person changed their mind.</returns>
    public async Task<string?> AskUndoAsync(IComponent page, Tenant tenant, PastRestore past, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var found = FindDamageAsync(tenant, stop.Token);
        var parameters = new Dictionary<string, object>
        {
            [nameof(UndoDialog.Past)] = past,
            [nameof(UndoDialog.Zone)] = tenant.TimeZone,
            [nameof(UndoDialog.Damage)] = found,
            [nameof(UndoDialog.KeptDays)] = options.Value.QuarantineDays,
        };
        try
        {
            return (await dialogs.AskAsync<UndoDialog, UndoArguments>(page, Texts["UndoTitle"], parameters))?.ToJson();
        }
        finally
        {
            await stop.CancelAsync();
            await found;
        }
    }

    /// <summary>Null also when it cannot be found out: the operation looks again, and refuses rather than do what nobody has confirmed.</summary>
    private async Task<string?> FindDamageAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        try
        {
            return await damage.FindAsync(tenant, cancellationToken);
        }
        catch (Exception failure) when (failure is PortalException or OperationCanceledException or Microsoft.Data.Sqlite.SqliteException)
        {
            return null;
        }
    }

    /// <summary>On other threads: a large school takes seconds. Null when it cannot be found out, which must not keep anybody from restoring.</summary>
    private Task<ComparisonView?> FindChangesAsync(Tenant tenant, SnapshotRecord record, CancellationToken cancellationToken) => Task.Run(
        async () =>
        {
            try
            {
                using var comparison = await comparer.RunAsync(tenant, record.Id, null, null, cancellationToken);
                return ComparisonView.Of(comparison, await names.GetAsync(tenant.Id, cancellationToken));
            }
            catch (OperationCanceledException)
            {
                return null;
            }
            catch (Exception failure)
            {
                Log.NotCompared(log, failure, tenant.Slug, record.Id);
                return null;
            }
        },
        CancellationToken.None);

    /// <summary>Null when live data cannot be read, which must not keep anybody from restoring.</summary>
    private async Task<RestorePreview?> CompareAsync(Tenant tenant, SnapshotRecord record, CancellationToken cancellationToken)
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
        [LoggerMessage(Level = LogLevel.Warning, Message = "{Tenant}: what restoring {Snapshot} would change could not be found out.")]
        public static partial void NotCompared(ILogger logger, Exception failure, TenantSlug tenant, SnapshotId snapshot);
    }
}
