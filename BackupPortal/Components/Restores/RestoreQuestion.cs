using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using Radzen;
using static BackupPortal.Components.Restores.RestoresTexts;

namespace BackupPortal.Components.Restores;

/// <summary>Prepares and opens the dialogs that stand before every restore and undo.</summary>
internal sealed class RestoreQuestion(
    DialogService dialogs, RestoreForesight foresight, LockOutForecast forecast, FriendlyNameStore names, LiveDamage damage, IOptions<RestoreKeepOptions> options)
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
        if (await foresight.CountAsync(tenant, record, cancellationToken) is { } preview)
            parameters[nameof(RestoreDialog.Preview)] = preview;
        if (await forecast.RunAsync(tenant, record.Database, cancellationToken) is { } lockOut)
            parameters[nameof(RestoreDialog.LockOut)] = lockOut;
        return (await AskAsync<RestoreDialog, RestoreArguments>(page, Texts["RestoreTitle"], tenant, record.Id, parameters, cancellationToken))?.ToJson();
    }

    /// <param name="past">One that can be undone.</param>
    /// <returns>The way back that is asked for, or null when the person changed their mind.</returns>
    public async Task<string?> AskUndoAsync(IComponent page, Tenant tenant, PastRestore past, CancellationToken cancellationToken)
    {
        var parameters = new Dictionary<string, object>
        {
            [nameof(UndoDialog.Tenant)] = tenant,
            [nameof(UndoDialog.Past)] = past,
        };
        return (await AskAsync<UndoDialog, UndoArguments>(page, Texts[$"UndoTitle{past.Operation.Kind}"], tenant, past.SafetySnapshot!, parameters, cancellationToken))?.ToJson();
    }

    /// <summary>Asks while it is found out what would change, and whether live data is damaged.</summary>
    /// <param name="snapshot">What live data would become.</param>
    private async Task<TAnswer?> AskAsync<TDialog, TAnswer>(
        IComponent page, string title, Tenant tenant, SnapshotId snapshot, Dictionary<string, object> parameters, CancellationToken cancellationToken)
        where TDialog : DialogPart<TAnswer>
        where TAnswer : class
    {
        var called = await names.GetAsync(tenant.Id, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var changes = foresight.Begin(tenant, snapshot, called, stop.Token);
        var found = FindDamageAsync(tenant, stop.Token);
        // Both dialogs call them the same.
        parameters[nameof(RestoreDialog.Names)] = called;
        parameters[nameof(RestoreDialog.Changes)] = changes;
        parameters[nameof(RestoreDialog.Damage)] = found;
        parameters[nameof(RestoreDialog.KeptDays)] = options.Value.QuarantineDays;
        try
        {
            return await dialogs.AskAsync<TDialog, TAnswer>(page, title, parameters);
        }
        finally
        {
            // Who has decided no longer waits for it.
            await stop.CancelAsync();
            await changes.Found;
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
}
