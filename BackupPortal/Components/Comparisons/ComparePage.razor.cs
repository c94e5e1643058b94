using BackupPortal.Components.Formats;
using BackupPortal.Components.Layout;
using BackupPortal.Components.Operations;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Operations;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Options;
using static BackupPortal.Components.Comparisons.ComparisonsTexts;

namespace BackupPortal.Components.Comparisons;

/// <summary>
/// What restoring a backup would change, compared with the current data or another backup, and every row and file of it. What is shown is in the address; the
/// comparison itself lives as long as the page does.
/// </summary>
public sealed partial class ComparePage
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(200);

    private IReadOnlyList<SnapshotSummary> snapshots = [];
    private SnapshotSummary? summary;
    private SnapshotSummary? other;
    private bool isOtherGone;
    private FriendlyNames names = FriendlyNames.None;
    private ComparisonAddresses? addresses;
    private OpenComparison? comparison;
    private ComparisonState state;
    private DateTimeOffset comparedUtc;
    private bool isOutdated;
    private ChangesList? list;
    private Task watching = Task.CompletedTask;

    [Parameter]
    public string Snapshot { get; set; } = "";

    [SupplyParameterFromQuery(Name = "with")]
    private string? With { get; set; }

    /// <summary>Its real name; null unless its rows are to be listed.</summary>
    [SupplyParameterFromQuery(Name = "table")]
    private string? Table { get; set; }

    /// <summary>True when files are to be listed.</summary>
    [SupplyParameterFromQuery(Name = "files")]
    private bool AreFiles { get; set; }

    [SupplyParameterFromQuery(Name = "show")]
    private string? Show { get; set; }

    /// <summary>From 1.</summary>
    [SupplyParameterFromQuery(Name = "page")]
    private int? PageNumber { get; set; }

    [SupplyParameterFromQuery(Name = "all")]
    private bool AreAllColumns { get; set; }

    [Inject]
    private SnapshotIndex Snapshots { get; set; } = default!;

    [Inject]
    private FriendlyNameStore Names { get; set; } = default!;

    [Inject]
    private StateComparer Comparer { get; set; } = default!;

    [Inject]
    private IOptions<ComparisonOptions> Options { get; set; } = default!;

    [Inject]
    private TimeProvider Clock { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private protected override object? LoadsFor => (Snapshot, With, Query);

    private bool IsList => Table is not null || AreFiles;

    private ChangesQuery? Query => !IsList ? null : new ChangesQuery(
        Table, Enum.TryParse<DifferenceKind>(Show, ignoreCase: true, out var kind) ? kind : DifferenceKind.ComeBack, Math.Max(1, PageNumber ?? 1), AreAllColumns);

    private string Lead => Texts["PageLead", TimeText.Absolute(summary!.CreatedUtc, Tenant.TimeZone), TimeText.Relative(summary.CreatedUtc, Now)]
        + (SnapshotNote.Of(summary.Origin, summary.Note) is { Length: > 0 } note ? $" · {note}" : "");

    private string Told => other is null
        ? Texts["ToldNow", TimeText.Absolute(comparedUtc, Tenant.TimeZone)]
        : Texts["ToldOther", TimeText.Absolute(other.CreatedUtc, Tenant.TimeZone)];

    private protected override async Task LoadAsync()
    {
        if (addresses is null || (addresses.Snapshot.Value, addresses.With) != (Snapshot, With))
            await BeginAsync();
        await ReadListAsync();
    }

    protected override Task ReceiveAsync(OperationView view)
    {
        // What was found is right for the moment that it tells, but no longer what a restore would do now.
        if (view.IsOver() && view.Kind is OperationKind.Restore or OperationKind.Undo or OperationKind.Retrieve && other is null && state is ComparisonState.Done or ComparisonState.GivenBack)
            isOutdated = true;
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await EndAsync();
    }

    private async Task BeginAsync()
    {
        await EndAsync();
        snapshots = await Snapshots.ListAsync(Tenant, Gone);
        names = await Names.GetAsync(Tenant.Id, Gone);
        summary = snapshots.FirstOrDefault(one => one.Id.Value == Snapshot);
        other = snapshots.FirstOrDefault(one => one.Id.Value == With);
        isOtherGone = With is not (null or ComparisonAddresses.Now) && other is null;
        addresses = summary is null || With is null || isOtherGone ? null : new ComparisonAddresses(Tenant.Slug, summary.Id, With);
        // Not while the page is rendered for the first time by the server, when nobody could be told.
        if (addresses is not null && RendererInfo.IsInteractive)
            await TryAsync(StartAsync);
    }

    private async Task StartAsync()
    {
        var grant = await RequireAsync(TenantRole.Admin);
        var (snapshot, second, called) = (summary!.Id, other?.Id, names);
        isOutdated = false;
        comparedUtc = Now;
        comparison = new OpenComparison(
            (progress, cancellationToken) => Comparer.RunAsync(grant.Tenant, snapshot, second, progress, cancellationToken),
            found => ComparisonView.Of(found, called), Options.Value.LongestIdle, Clock);
        state = ComparisonState.Running;
        watching = WatchAsync(comparison);
    }

    /// <summary>Shows how a comparison goes on, until the page has another one, or goes.</summary>
    private async Task WatchAsync(OpenComparison watched)
    {
        using var timer = new PeriodicTimer(LookInterval, Clock);
        try
        {
            while (await Task.WhenAny(watched.Ended, timer.WaitForNextTickAsync(Gone).AsTask()) != watched.Ended)
            {
                Gone.ThrowIfCancellationRequested();
                await ShowAsync(static () => Task.CompletedTask);
            }
            await ShowAsync(() => EndedAsync(watched));
            await watched.GivenBack.WaitAsync(Gone);
            await ShowAsync(() =>
            {
                if (comparison == watched && state == ComparisonState.Done)
                    state = ComparisonState.GivenBack;
                return Task.CompletedTask;
            });
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            // The page was left; that is how watching ends.
            return;
        }
    }

    private async Task EndedAsync(OpenComparison ended)
    {
        if (comparison != ended)
            return;
        var isDone = await TryAsync(async () =>
        {
            try
            {
                await ended.Ended;
                state = ComparisonState.Done;
            }
            catch (OperationCanceledException)
            {
                state = ComparisonState.Cancelled;
            }
        });
        if (!isDone)
            state = ComparisonState.Failed;
        await ReadListAsync();
    }

    private async Task ReadListAsync()
    {
        var query = Query;
        if (query is null || addresses is null || state is not (ComparisonState.Done or ComparisonState.GivenBack))
        {
            list = null;
            return;
        }
        var (asked, called, at) = (comparison!, names, addresses);
        await TryAsync(async () =>
        {
            await RequireAsync(TenantRole.Admin);
            var read = await asked.ReadAsync(found => new ListAnswer(ChangesList.Read(found, query, called, at)), Gone);
            // The person may have moved on meanwhile.
            if (query != Query || asked != comparison)
                return;
            list = read?.List;
            if (read is null)
                state = ComparisonState.GivenBack;
            else if (read.List is null)
                Navigation.NavigateTo(at.Summary, replace: true);
        });
    }

    private Task ChooseAsync(string with)
    {
        if (with == With)
            return CompareAgainAsync();
        Navigation.NavigateTo(PortalAddress.Compare(Tenant.Slug, summary!.Id, with));
        return Task.CompletedTask;
    }

    private Task CancelAsync() => comparison!.CancelAsync();

    private async Task CompareAgainAsync()
    {
        Problem = null;
        list = null;
        await BeginAsync();
    }

    /// <summary>Waits until nothing of the comparison is left.</summary>
    private async Task EndAsync()
    {
        if (comparison is not { } ended)
            return;
        comparison = null;
        state = ComparisonState.None;
        await ended.DisposeAsync();
        await watching;
    }

    private sealed record ListAnswer(ChangesList? List);
}
