using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Comparison;

/// <summary>
/// What differs between a snapshot and another state of its tenant, told as what restoring the snapshot would do. Holds both states until it is disposed.
/// Not safe for concurrent use.
/// </summary>
public sealed class StateComparison : IDisposable
{
    private readonly ComparedStates states;
    private readonly DifferenceStore store;
    private readonly IReadOnlyList<TablePair> pairs;

    internal StateComparison(
        ComparedStates states,
        DifferenceStore store,
        IReadOnlyList<TablePair> pairs,
        IReadOnlyList<TableDifferences> tables,
        IReadOnlyList<SchemaDifference> schema,
        FileDifferences files)
    {
        this.states = states;
        this.store = store;
        this.pairs = pairs;
        Tables = tables;
        Schema = schema;
        Files = files;
    }

    public SnapshotRecord Snapshot => states.SnapshotRecord;

    /// <summary>Null when the other state is live data.</summary>
    public SnapshotRecord? Other => states.OtherRecord;

    /// <summary>The instant whose state the other one is.</summary>
    public DateTimeOffset OtherUtc => states.OtherUtc;

    /// <summary>Those that differ, by name.</summary>
    public IReadOnlyList<TableDifferences> Tables { get; }

    public IReadOnlyList<SchemaDifference> Schema { get; }

    public FileDifferences Files { get; }

    public bool IsNone => Tables.Count == 0 && Schema.Count == 0 && Files.IsNone;

    /// <summary>Paths of files that differ, in order.</summary>
    public IReadOnlyList<string> ReadFiles(DifferenceKind kind, long skip, int take) => store.ReadFiles(kind, skip, take);

    /// <summary>Some of the rows of a table that differ, in order.</summary>
    /// <exception cref="Messages.PortalException">They cannot be read.</exception>
    public ChangedRows ReadRows(TableDifferences table, DifferenceKind kind, long skip, int take) =>
        new ChangedRowReader(states, store).Read(table, pairs[table.Number], kind, skip, take);

    /// <summary>Where the rows of a table that differ are, in order; none for a table that only one of the states has.</summary>
    internal IReadOnlyList<RowDifference> Read(TableDifferences table, DifferenceKind kind, long skip, int take) => store.Read(table.Number, kind, skip, take);

    internal ComparedStates States => states;

    /// <summary>All tables, those that do not differ too; <see cref="TableDifferences.Number"/> is the place in it.</summary>
    internal IReadOnlyList<TablePair> Pairs => pairs;

    /// <inheritdoc cref="DifferenceStore.ReadAll"/>
    internal IEnumerable<RowDifference> ReadAll(int table, DifferenceKind kind) => store.ReadAll(table, kind);

    public void Dispose()
    {
        store.Dispose();
        states.Dispose();
    }
}
