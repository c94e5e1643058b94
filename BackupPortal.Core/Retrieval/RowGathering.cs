using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Retrieval;

/// <summary>
/// Gathers the rows that are to come back in a scratch database: the chosen ones, what they refer to, and, when asked, what refers to them; then finds those that
/// cannot. What is gathered follows what differs between snapshot and live data. Not safe for concurrent use.
/// </summary>
internal sealed class RowGathering : IDisposable
{
    private readonly GatheringDatabase database;
    private readonly GatheredTables tables;
    private readonly ChoosingRows choosing;
    private readonly FollowingForeignKeys following;
    private readonly FindingConflicts conflicts;

    /// <param name="comparison">Of a snapshot with live data; stays the caller's.</param>
    /// <param name="folder">For the scratch database.</param>
    public RowGathering(StateComparison comparison, string folder, CancellationToken cancellationToken)
    {
        var (before, live) = (comparison.States.Snapshot, comparison.States.Other);
        var (constraintsBefore, constraints) = (new TableConstraints(before.Database.Connection), new TableConstraints(live.Database.Connection));
        ForeignKeys = [
            .. live.Schema.Tables.Where(GatheredTables.CanGather).SelectMany(table => constraints.ForeignKeysOf(table.Name)),
            .. comparison.Pairs.Where(pair => pair.Other is null && GatheredTables.CanGather(pair.Snapshot!)).SelectMany(pair => constraintsBefore.ForeignKeysOf(pair.Name))];
        database = new GatheringDatabase(comparison.States, folder);
        tables = new GatheredTables(comparison, database, cancellationToken);
        choosing = new ChoosingRows(comparison, database, tables);
        following = new FollowingForeignKeys(ForeignKeys, database, tables, cancellationToken);
        conflicts = new FindingConflicts(live, ForeignKeys, constraints, database, tables);
    }

    /// <summary>The scratch database.</summary>
    public string File => database.File;

    /// <summary>Tables with rows in the scratch database.</summary>
    public IEnumerable<GatheredTable> Tables => tables.All;

    /// <summary>Foreign keys of all tables, as live data has them.</summary>
    public IReadOnlyList<ForeignKey> ForeignKeys { get; }

    /// <exception cref="PortalException">There is no such table, its rows cannot be told apart, or the condition is none.</exception>
    public void Choose(RetrievalArguments wanted)
    {
        choosing.Choose(wanted);
        following.Follow(wanted.WithDependents);
        conflicts.Find();
    }

    /// <inheritdoc cref="ListingRows.Read"/>
    public RetrievableRows List(RetrievableRowsQuery query) => new ListingRows(database, choosing).Read(query);

    /// <summary>Questions to live data; one that has an answer says that the rows were written.</summary>
    public IReadOnlyList<string> Probes() => [.. Tables.Select(Probe).OfType<string>()];

    public RetrievalPlan Plan() => new([.. Tables.Select(Count).Where(static table => table != new RetrievedTable(table.Name, 0, 0, 0, 0, 0, 0))], conflicts.Read());

    /// <summary>Ends the use of the scratch database here, so that it can be attached elsewhere.</summary>
    public void Close() => database.Close();

    public void Dispose() => database.Dispose();

    private RetrievedTable Count(GatheredTable table)
    {
        long Rows(string which) => database.Number($"SELECT count(*) FROM {table.Scratch} WHERE {which}");
        const string ComesBack = "kind = 0 AND conflict IS NULL AND why = ";
        return new RetrievedTable(
            table.Name, Rows(ComesBack + (int)RowReason.Chosen), Rows(ComesBack + (int)RowReason.Needed), Rows(ComesBack + (int)RowReason.Dependent),
            Rows("kind = 1 AND conflict IS NULL AND why > 0"), Rows("kind = 1 AND why = 0"), Rows("conflict IS NOT NULL"));
    }

    private string? Probe(GatheredTable table)
    {
        var known = (table.Key.Count > 0 ? table.Key : [.. Enumerable.Range(0, table.Columns.Count)])
            .Select(i => $"'{SqlIdentifier.Quote(table.Columns[i].Live).Replace("'", "''", StringComparison.Ordinal)} IS ' || quote({GatheredTable.Column(i)})").ToList();
        var all = table.Columns.Select((column, i) => $"'{SqlIdentifier.Quote(column.Live).Replace("'", "''", StringComparison.Ordinal)} IS ' || quote({GatheredTable.Column(i)})");
        using var command = database.Command($"""
            SELECT CASE kind WHEN {(int)DifferenceKind.ComeBack} THEN {string.Join(" || ' AND ' || ", known)} ELSE {string.Join(" || ' AND ' || ", all)} END
            FROM {table.Scratch} WHERE why > 0 AND conflict IS NULL LIMIT 1
            """);
        return command.ExecuteScalar() is string where ? $"SELECT 1 FROM main.{SqlIdentifier.Quote(table.LiveName)} WHERE {where} LIMIT 1" : null;
    }
}
