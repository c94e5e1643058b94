using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Operations.OperationsTexts;

namespace BackupPortal.Components.Operations;

/// <summary>One operation: where it stands, what came of it, and its log.</summary>
public sealed partial class OperationPage
{
    private OperationView? shown;
    private IReadOnlyList<LogEntry> log = [];
    private OperationPhase? loggedPhase;
    private bool isCancelling;

    [Parameter]
    public string Operation { get; set; } = "";

    [Inject]
    private OperationHistory History { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    private protected override object? LoadsFor => Operation;

    // The log of running work is followed as it grows.
    protected override TimeSpan TickInterval => TimeSpan.FromSeconds(1);

    private bool NeedsAttention => shown is { Dismissed: false, State: OperationState.Failed or OperationState.Interrupted };

    private NoticeTone Tone => shown!.State switch
    {
        OperationState.Succeeded => NoticeTone.Good,
        OperationState.Failed => NoticeTone.Bad,
        OperationState.Interrupted => NoticeTone.Warning,
        _ => NoticeTone.Info,
    };

    private protected override async Task LoadAsync()
    {
        shown = Guid.TryParse(Operation, out var id) ? await History.FindAsync(Tenant.Id, new OperationId(id), Gone) : null;
        await ReadLogAsync();
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        if (shown is null || view.Id != shown.Id)
            return;
        shown = OperationUpdates.Later(shown, view);
        // The rest comes with the next tick, and all of it at the end.
        if (shown.IsOver() || shown.Progress?.Phase != loggedPhase)
            await ReadLogAsync();
    }

    protected override Task TickedAsync() => shown?.IsOver() == false ? ReadLogAsync() : Task.CompletedTask;

    private async Task ReadLogAsync()
    {
        if (shown is null)
            return;
        loggedPhase = shown.Progress?.Phase;
        log = await History.ReadLogAsync(Tenant.Id, shown.Id, Gone);
    }

    private async Task AskCancelAsync(OperationView running)
    {
        if (await Dialogs.AskAsync<CancelDialog, Confirmed>(this, Texts["CancelTitle"]) is null)
            return;
        isCancelling = true;
        await TryAsync(async () =>
        {
            if (!await CancelAsync(running.Id))
                Problem = new Problem(Texts["CancelTooLate"], null);
        });
        isCancelling = Problem is null;
    }

    private Task<bool> DismissAsync() => TryAsync(async () =>
    {
        var grant = await RequireAsync(TenantRole.Admin);
        await History.DismissAsync(grant.Tenant.Id, shown!.Id, Gone);
        shown = shown with { Dismissed = true };
    });
}
