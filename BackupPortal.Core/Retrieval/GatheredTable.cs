using System.Globalization;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Retrieval;

/// <summary>
/// A table whose missing and changed rows are gathered in a scratch table: <c>kind</c> (<see cref="DifferenceKind"/>), <c>why</c> (<see cref="RowReason"/>),
/// <c>conflict</c> (number of its reason; null for none), <c>rid</c> (the row's number; null when it has none or another row has it now) and a column
/// <c>c0</c>, <c>c1</c>… for each column that both states have (<c>o0</c>, <c>o1</c>… for live values), of no declared type, so that every value stays as it is.
/// </summary>
internal sealed class GatheredTable(int number, TablePair pair)
{
    public int Number => number;

    public TablePair Pair => pair;

    public string Name => pair.Name;

    public string LiveName => pair.Other?.Name ?? pair.Name;

    /// <summary>Live data does not have it.</summary>
    public bool IsGone => pair.Other is null;

    public string Scratch { get; } = string.Create(CultureInfo.InvariantCulture, $"rows{number}");

    /// <summary>As they are called in the snapshot, and in live data.</summary>
    public IReadOnlyList<(string Snapshot, string Live)> Columns { get; } = pair.Other is null
        ? [.. pair.Snapshot!.Columns.Select(column => (column.Name, column.Name))]
        : [.. pair.Columns.Select(column => (column.Snapshot.Name, column.Other.Name))];

    /// <summary>Columns of the key by which both states know a row; empty when it is known by its number.</summary>
    public IReadOnlyList<int> Key => IsGone ? KeyOf(pair.Snapshot!) : pair.HasSameKey ? KeyOf(pair.Snapshot!) : [];

    /// <summary>How the snapshot's rows are numbered; null when they are not.</summary>
    public string? SnapshotRowId => pair.Snapshot!.RowIdSql;

    public string? LiveRowId => IsGone ? SnapshotRowId : pair.Other!.RowIdSql;

    /// <summary>Statements that make the indexes and triggers of a table that is gone.</summary>
    public IReadOnlyList<string> Parts { get; init; } = [];

    /// <summary>Whether a row's number is its only identity, and has to come back too.</summary>
    public bool IsNumbered => Key.Count == 0 && SnapshotRowId is not null && LiveRowId is not null
        && !pair.Snapshot!.Columns.Any(column => column.IsRowId);

    public IEnumerable<string> ScratchColumns => Columns.Select(static (_, i) => Column(i));

    /// <summary>For what is live in rows that have changed.</summary>
    public IEnumerable<string> LiveScratchColumns => Columns.Select(static (_, i) => string.Create(CultureInfo.InvariantCulture, $"o{i}"));

    public IEnumerable<string> LiveColumns => Columns.Select(static column => SqlIdentifier.Quote(column.Live));

    public static string Column(int i) => string.Create(CultureInfo.InvariantCulture, $"c{i}");

    /// <summary>Place of one of live data's columns; null when the snapshot has no such column.</summary>
    public int? Find(string liveColumn)
    {
        for (var i = 0; i < Columns.Count; i++)
        {
            if (string.Equals(Columns[i].Live, liveColumn, StringComparison.OrdinalIgnoreCase))
                return i;
        }
        return null;
    }

    /// <summary>That a row of live data and a gathered one are the same row.</summary>
    public string IsSameRow(string live, string gathered) => Key.Count > 0
        ? string.Join(" AND ", Key.Select(i => $"{live}.{SqlIdentifier.Quote(Columns[i].Live)} = {gathered}.{Column(i)}"))
        : $"{live}.{LiveRowId} = {gathered}.rid";

    /// <summary>That they hold the same values, of the same types.</summary>
    public string HasSameValues(string live, string gathered, string column = "c") => string.Join(" AND ", Columns.Select((names, i) => string.Create(
        CultureInfo.InvariantCulture, $"{live}.{SqlIdentifier.Quote(names.Live)} IS {gathered}.{column}{i} AND typeof({live}.{SqlIdentifier.Quote(names.Live)}) = typeof({gathered}.{column}{i})")));

    /// <summary>
    /// What tells a gathered row from all others of its table in the snapshot, as text: its number, or the values of its key with their types. A snapshot never
    /// changes, so it names the same row for ever. Null when rows have neither.
    /// </summary>
    public string? RowKey(string gathered) => SnapshotRowId is not null ? $"CAST({gathered}.rid AS TEXT)"
        : Key.Count == 0 ? null
            : string.Join(" || ' ' || ", Key.Select(i => $"{gathered}.{Column(i)}").Select(static value =>
                $"CASE typeof({value}) WHEN 'text' THEN 't' || hex({value}) WHEN 'blob' THEN 'b' || hex({value}) ELSE quote({value}) END"));

    private List<int> KeyOf(StoredTable table) => [.. table.Key.Select(key => Columns.ToList().FindIndex(column => column.Snapshot == key.Name))];
}

/// <summary>Why a gathered row is to come back.</summary>
internal enum RowReason
{
    /// <summary>It is not.</summary>
    None,
    Chosen,

    /// <summary>A row that comes back refers to it.</summary>
    Needed,

    /// <summary>It refers to a row that comes back.</summary>
    Dependent,
}
