using BackupPortal.Components.Backups;
using BackupPortal.Components.Operations;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using Microsoft.AspNetCore.Components;
using Radzen;

namespace BackupPortal.Components.Overview;

/// <summary>Am I safe, what happens now, what do I do next.</summary>
public sealed partial class OverviewPage
{
    private const int Remembered = 30;
    private const int RecentShown = 6;

    private IReadOnlyList<SnapshotSummary> snapshots = [];
    private IReadOnlyList<OperationView> operations = [];
    private NightlySchedule schedule = new(false, ScheduleStore.DefaultTime, null);
    private bool isDatabaseThere = true;

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private ScheduleStore Schedules { get; set; } = default!;

    [Inject]
    private OperationHistory History { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    private ProtectionState State => ProtectionState.Of(snapshots, schedule, operations, Now, Tenant.TimeZone);

    private IReadOnlyList<AttentionItem> Attention =>
        AttentionItem.Of(Tenant, isDatabaseThere, snapshots, schedule, operations, Now);

    private IEnumerable<OperationView> Running => operations.Where(static view => !view.IsOver());

    private IEnumerable<OperationView> Recent => operations.Where(static view => view.IsOver()).Take(RecentShown);

    private protected override async Task LoadAsync()
    {
        operations = await History.ListAsync(Tenant.Id, Remembered, Gone);
        snapshots = await Snapshots.ListAsync(Tenant, Gone);
        schedule = await Schedules.GetAsync(Tenant.Id, Gone);
        // A look at the name only: live data is never opened here.
        isDatabaseThere = File.Exists(Tenant.DatabasePath);
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        operations = operations.With(view);
        if (view.IsOver())
            await LoadAsync();
    }

    protected override async Task TickedAsync() => schedule = await Schedules.GetAsync(Tenant.Id, Gone);

    private async Task CreateAsync()
    {
        if (await CreateBackupDialog.AskAsync(Dialogs, this, Tenant, snapshots) is { } wanted)
            await TryAsync(() => QueueAsync(OperationKind.Backup, wanted.ToJson()));
    }

    private Task<bool> DismissAsync(OperationId operation) => TryAsync(async () =>
    {
        var grant = await RequireAsync(TenantRole.Admin);
        await History.DismissAsync(grant.Tenant.Id, operation, Gone);
        operations = await History.ListAsync(Tenant.Id, Remembered, Gone);
    });
}
