using BackupPortal.Components.Comparisons;
using BackupPortal.Components.Layout;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Retrieval;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using static BackupPortal.Components.Retrievals.RetrievalsTexts;

namespace BackupPortal.Components.Retrievals;

/// <summary>Brings a part of a backup back: what is missing, chosen by a person, shown before it is done.</summary>
public sealed partial class BringBackPage
{
    private readonly RetrievalChoice choice = new();
    private SnapshotSummary? summary;
    private OpenComparison? comparison;
    private FriendlyNames names = FriendlyNames.None;
    private FileDifferences files = new(0, 0, 0);
    private IReadOnlyList<TableDifferences> tables = [];
    private RetrievalPlan? plan;
    private RetrievalArguments? planned;
    private bool isCompared;
    private bool isLooking;
    private bool isQueueing;

    [Parameter]
    public string Snapshot { get; set; } = "";

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private StateComparer Comparer { get; set; } = default!;

    [Inject]
    private FriendlyNameStore Names { get; set; } = default!;

    [Inject]
    private IOptions<ComparisonOptions> Options { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <summary>The comparison goes on by itself.</summary>
    protected override TimeSpan TickInterval => TimeSpan.FromMilliseconds(500);

    private protected override object? LoadsFor => Snapshot;

    private bool HasFiles => files.ComeBack + files.Revert > 0;

    private protected override async Task LoadAsync()
    {
        summary = (await Snapshots.ListAsync(Tenant, Gone)).FirstOrDefault(one => one.Id.Value == Snapshot);
        names = await Names.GetAsync(Tenant.Id, Gone);
        // Not while the page is rendered for the first time by the server, when nobody could be told.
        if (summary is not null && RendererInfo.IsInteractive)
            _ = ShowAsync(CompareAsync);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (comparison is { } left)
            await left.DisposeAsync();
    }

    private async Task CompareAsync()
    {
        if (comparison is { } before)
            await before.DisposeAsync();
        (comparison, isCompared) = (null, false);
        await TryAsync(async () =>
        {
            var grant = await RequireAsync(TenantRole.Admin);
            var (snapshot, called) = (summary!.Id, names);
            comparison = new OpenComparison(
                (progress, cancellationToken) => Comparer.RunAsync(grant.Tenant, snapshot, null, progress, cancellationToken),
                found => ComparisonView.Of(found, called), Options.Value.LongestIdle, Clock);
            try
            {
                await comparison.Ended;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            (tables, files) = await comparison.ReadAsync(
                static found => Tuple.Create<IReadOnlyList<TableDifferences>, FileDifferences>([.. found.Tables.Where(static table => table.ComeBack + table.Revert > 0)], found.Files), Gone)
                ?? Tuple.Create<IReadOnlyList<TableDifferences>, FileDifferences>([], new(0, 0, 0));
            isCompared = true;
        });
    }

    private Task CancelAsync() => comparison!.CancelAsync();

    private string NameOf(string table) => names.TableOf(table);

    private void ToggleFiles()
    {
        choice.WithFiles = !choice.WithFiles;
        Forget();
    }

    private void Toggle(string table)
    {
        choice.Toggle(table);
        Forget();
    }

    private Task ReplaceAsync(bool wanted)
    {
        choice.Replace(wanted);
        Forget();
        return ShowAgainAsync();
    }

    private void Pick(Action change)
    {
        change();
        Forget();
    }

    /// <summary>Other rows fit now.</summary>
    private async Task ShowAgainAsync()
    {
        foreach (var table in choice.PickedTables.ToList())
            await ShowRowsAsync(table, 1);
    }

    private async Task ShowRowsAsync(string table, int page) => await TryAsync(async () =>
    {
        if (await ReadRowsAsync(table, (page - 1L) * RowPicks.PerPage, RowPicks.PerPage) is { } rows && choice.Has(table))
            Pick(() => choice.RowsOf(table).Show(rows, page));
    });

    private async Task PickAllAsync(string table) => await TryAsync(async () =>
    {
        if (await ReadRowsAsync(table, 0, PickedRows.Most) is { } rows && choice.Has(table))
            Pick(() => choice.RowsOf(table).Add(rows.Rows));
    });

    private Task<RetrievableRows?> ReadRowsAsync(string table, long skip, int take)
    {
        var (tenant, gone, query) = (Tenant, Gone, new RetrievableRowsQuery(table, choice.SearchText, choice.ReplaceChanged, skip, take));
        return ReadAsync(found => RetrievableRows.Read(found, tenant, query, gone));
    }

    /// <summary>What was shown is no longer what would be done.</summary>
    private void Forget() => (plan, planned) = (null, null);

    private async Task PreviewAsync()
    {
        Forget();
        isLooking = true;
        await TryAsync(async () =>
        {
            var (tenant, gone, wanted) = (Tenant, Gone, choice.ArgumentsFor(summary!.Id, tables.Select(static table => table.Name)));
            plan = await ReadAsync(found => RetrievalPreview.Of(found, tenant, wanted, gone));
            planned = wanted;
        });
        isLooking = false;
    }

    /// <summary>Looks something up in the comparison. That is kept for a while only: whoever comes back after that gets what differs now.</summary>
    /// <returns>Null when there is no comparison any more.</returns>
    private async Task<T?> ReadAsync<T>(Func<StateComparison, T> read)
        where T : class
    {
        await RequireAsync(TenantRole.Admin);
        if (await comparison!.ReadAsync(read, Gone) is { } known)
            return known;
        await CompareAsync();
        return isCompared ? await comparison!.ReadAsync(read, Gone) : null;
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
