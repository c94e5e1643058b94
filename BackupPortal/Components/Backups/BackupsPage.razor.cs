using BackupPortal.Components.Operations;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using Microsoft.AspNetCore.Components;
using Radzen;

namespace BackupPortal.Components.Backups;

/// <summary>All backups of a school, newest first. Search and filter are in the address, so that going back works.</summary>
public sealed partial class BackupsPage
{
    private const int PageSize = 50;
    private const int Looked = 20;

    private IReadOnlyList<SnapshotSummary>? snapshots;
    private IReadOnlyList<OperationView> running = [];
    private int shown = PageSize;

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private OperationHistory History { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private DialogService Dialogs { get; set; } = default!;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Search { get; set; }

    [SupplyParameterFromQuery(Name = "origin")]
    private string? OriginText { get; set; }

    private SnapshotOrigin? Origin => Enum.TryParse<SnapshotOrigin>(OriginText, ignoreCase: true, out var origin) ? origin : null;

    private List<SnapshotSummary> Fitting => [.. (snapshots ?? []).Where(Fits)];

    private protected override async Task LoadAsync()
    {
        running = [.. (await History.ListAsync(Tenant.Id, Looked, Gone)).Where(static view => !view.IsOver())];
        snapshots = await Snapshots.ListAsync(Tenant, Gone);
    }

    protected override async Task ReceiveAsync(OperationView view)
    {
        if (view.IsOver())
            await LoadAsync();
        else
            running = running.With(view);
    }

    private bool Fits(SnapshotSummary snapshot) =>
        (Origin is null || snapshot.Origin == Origin)
        && (string.IsNullOrWhiteSpace(Search)
            || snapshot.Note?.Contains(Search.Trim(), StringComparison.CurrentCultureIgnoreCase) == true
            || snapshot.CreatedBy.Contains(Search.Trim(), StringComparison.CurrentCultureIgnoreCase));

    private void Narrow(string? search, string? origin) => Navigation.NavigateTo(
        Navigation.GetUriWithQueryParameters(new Dictionary<string, object?>
        {
            ["q"] = string.IsNullOrEmpty(search) ? null : search,
            ["origin"] = string.IsNullOrEmpty(origin) ? null : origin,
        }),
        replace: true);

    private async Task CreateAsync()
    {
        if (await CreateBackupDialog.AskAsync(Dialogs, this, Tenant, snapshots ?? []) is { } wanted)
            await TryAsync(() => QueueAsync(OperationKind.Backup, wanted.ToJson()));
    }
}
