using BackupPortal.Core.Browsing;

namespace BackupPortal.Core.Comparison;

/// <summary>Some of a table's rows that differ, with what they hold.</summary>
/// <param name="Columns">Those of the snapshot, then those that only the other state has.</param>
public sealed record ChangedRows(IReadOnlyList<ChangedColumn> Columns, IReadOnlyList<ChangedRow> Rows);

/// <param name="Name">As it is called in the snapshot, if it is there.</param>
/// <param name="IsTelling">A person knows a row by it: it is part of the key, or is named like a name.</param>
public sealed record ChangedColumn(string Name, bool IsTelling);

/// <summary>One row in both states.</summary>
/// <param name="Snapshot">A value for each column, null where the state has no such column; null when the row is not there.</param>
/// <param name="Other">The same in the other state.</param>
/// <param name="Changed">
/// For each column whether both states have it, with different values: also where the difference is further back in a long value than what is shown of it. Empty
/// when the row is in one state only.
/// </param>
public sealed record ChangedRow(IReadOnlyList<TableCell?>? Snapshot, IReadOnlyList<TableCell?>? Other, IReadOnlyList<bool> Changed)
{
    public bool IsChanged(int column) => Changed.Count > 0 && Changed[column];
}
