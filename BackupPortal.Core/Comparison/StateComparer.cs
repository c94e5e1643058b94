using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Comparison;

/// <summary>
/// Compares a snapshot with live data, or with another snapshot. Changes nothing, needs no lease, and holds nobody up: a restore that is about to swap live
/// data ends it. One instance a process; safe for concurrent use.
/// </summary>
public sealed class StateComparer(
    TenantRepositories repositories, LiveDatabases live, MaintenanceGuard maintenance, IOptions<ComparisonOptions> options, TimeProvider time) : IDisposable
{
    private const int RowsToKnowATableBy = 100;

    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(50);

    private readonly ComparisonPlaces places = new(options.Value.Parallelism);

    /// <summary>Waits for its turn when as many comparisons as there may be are under way.</summary>
    /// <param name="other">Null for live data.</param>
    /// <param name="progress">Called from any thread.</param>
    /// <returns>To be disposed by the caller.</returns>
    /// <exception cref="PortalException">A state is missing, damaged or not readable, or live data is being swapped.</exception>
    public async Task<StateComparison> RunAsync(
        Tenant tenant, SnapshotId snapshot, SnapshotId? other, Action<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        using var place = await places.TakeAsync(() => progress?.Invoke(new ComparisonProgress(ComparisonStep.Waiting)), cancellationToken);
        return other is null
            ? await CompareWithLiveAsync(tenant, snapshot, progress, cancellationToken)
            : await CompareAsync(tenant, snapshot, other, progress, cancellationToken);
    }

    public void Dispose() => places.Dispose();

    /// <summary>
    /// All of live data, files too, is read before a swap or after it: a swap by this process waits at the door, and its closing ends the comparison. What another process
    /// swaps is told by its lock-out of users, before and after.
    /// </summary>
    private async Task<StateComparison> CompareWithLiveAsync(
        Tenant tenant, SnapshotId snapshot, Action<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        await using var reader = await live.OpenReaderAsync(tenant, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, reader.Closing);
        try
        {
            var lockOut = await WaitUntilUsersAreInAsync(tenant, stop.Token);
            var comparison = await CompareAsync(tenant, snapshot, null, progress, stop.Token);
            if (maintenance.LastLockOut(tenant.Slug) == lockOut)
                return comparison;
            comparison.Dispose();
            throw SwapBegins();
        }
        catch (OperationCanceledException) when (reader.Closing.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw SwapBegins();
        }
    }

    /// <summary>Another process may be swapping live data.</summary>
    /// <returns>Which lock-out was the last.</returns>
    private async Task<string?> WaitUntilUsersAreInAsync(Tenant tenant, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            var lockOut = maintenance.LastLockOut(tenant.Slug);
            if (maintenance.Find(tenant.Slug) is not { Operation: not null })
                return lockOut;
            if (time.GetElapsedTime(begun) > s_longestWait)
                throw SwapBegins();
            await Task.Delay(s_betweenLooks, time, cancellationToken);
        }
    }

    private static PortalException SwapBegins() => new(ComparisonText.Of("SwapBegins"), ComparisonText.Of("SwapBeginsHint"), canRetry: true);

    private async Task<StateComparison> CompareAsync(
        Tenant tenant, SnapshotId snapshot, SnapshotId? other, Action<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        var states = await ComparedStates.OpenAsync(
            tenant, repositories.Of(tenant), snapshot, other, time,
            (done, total) => progress?.Invoke(new ComparisonProgress(ComparisonStep.Reading, done, total)), cancellationToken);
        try
        {
            return await Task.Run(() => Compare(tenant, states, progress, cancellationToken), cancellationToken);
        }
        catch
        {
            states.Dispose();
            throw;
        }
    }

    private static StateComparison Compare(Tenant tenant, ComparedStates states, Action<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        var store = new DifferenceStore(tenant.Home.Scratch);
        try
        {
            var pairs = Pair(states);
            var tables = CompareTables(states, pairs, store, progress, cancellationToken);
            progress?.Invoke(new ComparisonProgress(ComparisonStep.Files));
            CompareFiles(tenant, states, store, cancellationToken);
            return new StateComparison(
                states, store, pairs, tables, SchemaComparing.Run(states.Snapshot.Schema, states.Other.Schema, pairs),
                new FileDifferences(
                    store.CountFiles(DifferenceKind.ComeBack), store.CountFiles(DifferenceKind.Revert), store.CountFiles(DifferenceKind.Disappear)));
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Shadow tables are told as the virtual table that they belong to.</summary>
    private static IReadOnlyList<TablePair> Pair(ComparedStates states) => TablePair.Of(
        [.. states.Snapshot.Schema.Tables.Where(table => table.Kind != StoredTableKind.Shadow)],
        [.. states.Other.Schema.Tables.Where(table => table.Kind != StoredTableKind.Shadow)],
        (one, two) => HaveCommonRows(states, one, two));

    /// <summary>Another name alone moves no row: most of the first ones must be the same.</summary>
    private static bool HaveCommonRows(ComparedStates states, StoredTable one, StoredTable two)
    {
        if (one.RootPage < 0 || one.RootPage != two.RootPage)
            return false;
        var (before, after) = (FirstRows(states.Snapshot, one), FirstRows(states.Other, two));
        return before.Intersect(after).Count() * 2 >= Math.Min(before.Count, after.Count);
    }

    private static HashSet<string> FirstRows(ComparedSide side, StoredTable table)
    {
        var rows = new HashSet<string>(StringComparer.Ordinal);
        using var cursor = new RowCursor(side.Database, $"SELECT 0, * FROM main.{SqlIdentifier.Quote(table.Name)} LIMIT {RowsToKnowATableBy}");
        while (cursor.Step())
            rows.Add(Convert.ToHexString(cursor.Digest()));
        return rows;
    }

    private static List<TableDifferences> CompareTables(
        ComparedStates states, IReadOnlyList<TablePair> pairs, DifferenceStore store, Action<ComparisonProgress>? progress, CancellationToken cancellationToken)
    {
        var pages = new PageDifferences(states.Snapshot, states.Other);
        var comparing = new TableComparing(states.Snapshot, states.Other, pages, store, cancellationToken);
        var tables = new List<TableDifferences>();
        for (var number = 0; number < pairs.Count; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Invoke(new ComparisonProgress(ComparisonStep.Tables, number, pairs.Count));
            if (!pages.IsNone)
                comparing.Run(number, pairs[number]);
            var differences = Of(states, pairs[number], number, store) with { IsVirtual = pairs[number].IsVirtual };
            if (!differences.IsNone)
                tables.Add(differences);
        }
        return tables;
    }

    private static TableDifferences Of(ComparedStates states, TablePair pair, int number, DifferenceStore store) => pair switch
    {
        { Other: null, Snapshot: { } gone } => new(number, gone.Name, null, RowCount(states.Snapshot, gone), 0, 0),
        { Snapshot: null, Other: { } added } => new(number, added.Name, added.Name, 0, 0, RowCount(states.Other, added)),
        _ => new(
            number, pair.Name, pair.Other!.Name,
            store.Count(number, DifferenceKind.ComeBack), store.Count(number, DifferenceKind.Revert), store.Count(number, DifferenceKind.Disappear)),
    };

    private static long RowCount(ComparedSide side, StoredTable table)
    {
        using var count = new RowCursor(side.Database, $"SELECT count(*) FROM main.{SqlIdentifier.Quote(table.Name)}");
        return count.Step() ? count.Number : 0;
    }

    private static void CompareFiles(Tenant tenant, ComparedStates states, DifferenceStore store, CancellationToken cancellationToken)
    {
        var live = LiveDatabaseFiles.Of(tenant.DatabasePath);
        var excluded = new ExcludedFiles(live);
        FilesComparing.Run(
            states.SnapshotFiles,
            states.OtherFiles ?? FileTree.Walk(tenant.FilesPath, live, null, cancellationToken),
            timesTell: states.SnapshotRecord.Origin != SnapshotOrigin.Imported,
            file => FilesComparing.HashLive(tenant.FilesPath, file, excluded, cancellationToken),
            store, cancellationToken);
    }
}
