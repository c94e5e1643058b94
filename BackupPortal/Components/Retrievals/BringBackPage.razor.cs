using BackupPortal.Components.Layout;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Retrieval;
using Microsoft.AspNetCore.Components;
using static BackupPortal.Components.Retrievals.RetrievalsTexts;

namespace BackupPortal.Components.Retrievals;

/// <summary>Brings a part of a backup back: what is missing, chosen by a person, shown before it is done.</summary>
public sealed partial class BringBackPage
{
    private readonly HashSet<string> chosen = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim reading = new(1);
    private SnapshotSummary? summary;
    private StateComparison? comparison;
    private IReadOnlyList<TableDifferences> choices = [];
    private RetrievalPlan? plan;
    private RetrievalArguments? planned;
    private string search = "";
    private bool replaceChanged;
    private bool withDependents = true;
    private bool withFiles;
    private bool isLooking;
    private bool isQueueing;

    [Parameter]
    public string Snapshot { get; set; } = "";

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private StateComparer Comparer { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private protected override object? LoadsFor => Snapshot;

    private protected override async Task LoadAsync()
    {
        summary = (await Snapshots.ListAsync(Tenant, Gone)).FirstOrDefault(one => one.Id.Value == Snapshot);
        // Not while the server renders the page for the first time: it would be done twice, and nobody waits for the first.
        if (summary is not null && RendererInfo.IsInteractive)
            _ = ShowAsync(CompareAsync);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await reading.WaitAsync(CancellationToken.None);
        comparison?.Dispose();
        comparison = null;
        reading.Dispose();
    }

    private async Task CompareAsync() => await TryAsync(async () =>
    {
        await RequireAsync(TenantRole.Admin);
        var (tenant, snapshot) = (Tenant, summary!.Id);
        var found = await Task.Run(() => Comparer.RunAsync(tenant, snapshot, null, null, Gone), Gone);
        comparison = found;
        choices = [.. found.Tables.Where(static table => table.ComeBack + table.Revert > 0)];
    });

    private bool HasFiles => comparison is { Files: { } files } && files.ComeBack + files.Revert > 0;

    private void ToggleFiles()
    {
        withFiles = !withFiles;
        Forget();
    }

    private void Toggle(string table)
    {
        if (!chosen.Remove(table))
            chosen.Add(table);
        Forget();
    }

    private void Replace(bool wanted)
    {
        replaceChanged = wanted;
        Forget();
    }

    /// <summary>What was shown is no longer what would be done.</summary>
    private void Forget() => (plan, planned) = (null, null);

    private async Task PreviewAsync()
    {
        Forget();
        isLooking = true;
        await TryAsync(async () =>
        {
            await RequireAsync(TenantRole.Admin);
            var wanted = new RetrievalArguments(
                summary!.Id.Value, [.. choices.Select(static choice => choice.Name).Where(chosen.Contains)], Search: search.Trim() is { Length: > 0 } text ? text : null,
                ReplaceChanged: replaceChanged, WithDependents: withDependents)
            {
                Files = withFiles ? [""] : [],
            };
            plan = await Task.Run(() => LookAsync(wanted), Gone);
            planned = wanted;
        });
        isLooking = false;
    }

    private async Task<RetrievalPlan> LookAsync(RetrievalArguments wanted)
    {
        await reading.WaitAsync(Gone);
        try
        {
            return RetrievalPreview.Of(comparison!, Tenant, wanted, Gone);
        }
        finally
        {
            reading.Release();
        }
    }

    private async Task BringBackAsync()
    {
        isQueueing = true;
        await TryAsync(async () =>
        {
            var operation = await QueueAsync(OperationKind.Retrieve, planned!.ToJson());
            Navigation.NavigateTo(PortalAddress.Operation(Tenant.Slug, operation));
        });
        isQueueing = false;
    }

    private static string Sentence(string missing, long missingCount, string changed, long changedCount) => string.Join(
        ", ",
        new[] { (Key: missing, Count: missingCount), (Key: changed, Count: changedCount) }
            .Where(static one => one.Count > 0).Select(static one => Texts.Count(one.Key, one.Count)));
}
