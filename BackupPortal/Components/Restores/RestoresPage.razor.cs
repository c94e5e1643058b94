using BackupPortal.Components.Layout;
using BackupPortal.Components.Operations;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Restores;

/// <summary>Every restore and undo of a school, and the way back from each.</summary>
public sealed partial class RestoresPage
{
    private IReadOnlyList<PastRestore>? restores;
    private IReadOnlyList<OperationView> running = [];
    private IReadOnlyList<QuarantinedState> quarantined = [];

    [Inject]
    private RestoreHistory History { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private RestoreQuestion Question { get; set; } = default!;

    [Inject]
    private QuarantineList Quarantines { get; set; } = default!;

    private protected override async Task LoadAsync()
    {
        var all = await History.ListAsync(Tenant.Id, Gone);
        restores = [.. all.Where(static past => past.Operation.IsOver())];
        running = [.. all.Select(static past => past.Operation).Where(static view => !view.IsOver())];
        quarantined = await Task.Run(() => Quarantines.List(Tenant), Gone);
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
        await TryAsync(async () =>
        {
            if (await Question.AskUndoAsync(this, Tenant, past, Gone) is not { } wanted)
                return;
            var operation = await QueueAsync(OperationKind.Undo, wanted);
            Navigation.NavigateTo(PortalAddress.Operation(Tenant.Slug, operation));
        });
    }
}
