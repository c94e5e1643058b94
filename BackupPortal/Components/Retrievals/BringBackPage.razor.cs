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
    private readonly HashSet<string> chosen = new(StringComparer.Ordinal);
    private SnapshotSummary? summary;
    private OpenComparison? comparison;
    private FriendlyNames names = FriendlyNames.None;
    private FileDifferences files = new(0, 0, 0);
    private IReadOnlyList<TableDifferences> choices = [];
    private RetrievalPlan? plan;
    private RetrievalArguments? planned;
    private string search = "";
    private bool replaceChanged;
    private bool withDependents = true;
    private bool withFiles;
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
            (choices, files) = await comparison.ReadAsync(
                static found => Tuple.Create<IReadOnlyList<TableDifferences>, FileDifferences>([.. found.Tables.Where(static table => table.ComeBack + table.Revert > 0)], found.Files), Gone)
                ?? Tuple.Create<IReadOnlyList<TableDifferences>, FileDifferences>([], new(0, 0, 0));
            isCompared = true;
        });
    }

    private Task CancelAsync() => comparison!.CancelAsync();

    private string NameOf(string table) => names.TableOf(table);

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
            // Kept for a while only: whoever comes back after that gets what is missing now.
            plan = await LookAsync(wanted);
            if (plan is null)
            {
                await CompareAsync();
                plan = isCompared ? await LookAsync(wanted) : null;
            }
            planned = wanted;
        });
        isLooking = false;
    }

    private Task<RetrievalPlan?> LookAsync(RetrievalArguments wanted)
    {
        var (tenant, gone) = (Tenant, Gone);
        return comparison!.ReadAsync(found => RetrievalPreview.Of(found, tenant, wanted, gone), gone);
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
