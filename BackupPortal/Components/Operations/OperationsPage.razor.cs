using BackupPortal.Components.Shared;
using BackupPortal.Core.Operations;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Operations.OperationsTexts;

namespace BackupPortal.Components.Operations;

/// <summary>What runs, waits and is over, newest first.</summary>
public sealed partial class OperationsPage
{
    private const int Shown = 100;

    private readonly HashSet<OperationId> cancelling = [];
    private IReadOnlyList<OperationView> operations = [];

    [Inject]
    private OperationHistory History { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    private IEnumerable<OperationView> Open => operations.Where(static view => !view.IsOver());

    private IEnumerable<OperationView> Over => operations.Where(static view => view.IsOver());

    private protected override async Task LoadAsync() => operations = await History.ListAsync(Tenant.Id, Shown, Gone);

    protected override Task ReceiveAsync(OperationView view)
    {
        operations = operations.With(view);
        return Task.CompletedTask;
    }

    private async Task AskCancelAsync(OperationView view)
    {
        if (await Dialogs.AskAsync<CancelDialog, Confirmed>(this, Texts["CancelTitle"]) is null)
            return;
        cancelling.Add(view.Id);
        await TryAsync(async () =>
        {
            if (!await CancelAsync(view.Id))
                Problem = new Problem(Texts["CancelTooLate"], null);
        });
        if (Problem is not null)
            cancelling.Remove(view.Id);
    }
}
