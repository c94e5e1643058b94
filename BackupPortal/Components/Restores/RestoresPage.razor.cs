using BackupPortal.Components.Layout;
using BackupPortal.Components.Operations;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Restores.RestoresTexts;

namespace BackupPortal.Components.Restores;

/// <summary>Every restore and undo of a school, and the way back from each.</summary>
public sealed partial class RestoresPage
{
    private IReadOnlyList<PastRestore>? restores;
    private IReadOnlyList<OperationView> running = [];

    [Inject]
    private RestoreHistory History { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    private protected override async Task LoadAsync()
    {
        var all = await History.ListAsync(Tenant.Id, Gone);
        restores = [.. all.Where(static past => past.Operation.IsOver())];
        running = [.. all.Select(static past => past.Operation).Where(static view => !view.IsOver())];
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        if (view.Kind is not (OperationKind.Restore or OperationKind.Undo or OperationKind.Retrieve))
            return;
        if (view.IsOver())
            await LoadAsync();
        else
            running = running.With(view);
    }

    private async Task UndoAsync(PastRestore past)
    {
        var parameters = new Dictionary<string, object>
        {
            [nameof(UndoDialog.RestoredUtc)] = past.Operation.StartedUtc ?? past.Operation.QueuedUtc,
            [nameof(UndoDialog.Zone)] = Tenant.TimeZone,
        };
        if (await Dialogs.AskAsync<UndoDialog, UndoWish>(this, Texts["UndoTitle"], parameters) is not { } wanted)
            return;
        await TryAsync(async () =>
        {
            var operation = await QueueAsync(OperationKind.Undo, UndoArguments.ToJson(past.Operation.Id, wanted.CountdownSeconds));
            Navigation.NavigateTo(PortalAddress.Operation(Tenant.Slug, operation));
        });
    }
}
