using BackupPortal.Components.Formats;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Comparison;
using static BackupPortal.Components.Comparisons.ComparisonsTexts;

namespace BackupPortal.Components.Comparisons;

/// <summary>One row as a person knows it.</summary>
/// <param name="Title">The values that tell which row it is.</param>
/// <param name="Changes">Of a row that reverts: what it holds now, and then.</param>
public sealed record RowExample(string Title, IReadOnlyList<ValueChange> Changes)
{
    private const int MostChanges = 5;
    private const int MostTitleParts = 4;

    /// <summary>Null when nothing can be told of the row.</summary>
    /// <param name="nameOf">What people call a column.</param>
    internal static RowExample? Of(IReadOnlyList<ChangedColumn> columns, ChangedRow row, Func<string, string> nameOf)
    {
        if ((row.Snapshot ?? row.Other) is not { } shown)
            return null;
        var telling = Enumerable.Range(0, columns.Count).Where(i => columns[i].IsTelling && Text(shown[i]) is { Length: > 0 }).ToList();
        // A number alone tells nobody which row it is.
        var others = telling.Exists(i => shown[i]!.Kind == "text") ? [] : Enumerable.Range(0, columns.Count).Where(i => !columns[i].IsTelling && Text(shown[i]) is { Length: > 0 });
        return new RowExample(
            string.Join(" · ", telling.Concat(others).Take(MostTitleParts).Select(i => shown[i]!.Kind == "text" ? Text(shown[i]) : $"{nameOf(columns[i].Name)}: {Text(shown[i])}")),
            [.. Enumerable.Range(0, columns.Count).Where(row.IsChanged).Take(MostChanges)
                .Select(i => ValueChange.Of(nameOf(columns[i].Name), row.Other![i]!, row.Snapshot![i]!))]);
    }

    /// <summary>Null for NULL, and for bytes, which say nothing to a person.</summary>
    private static string? Text(TableCell? cell) => cell is null or { Kind: "null" or "blob" } ? null : cell.Text;
}

/// <summary>What a value is now, and becomes.</summary>
/// <param name="Now">For people.</param>
/// <param name="Then">As it is in the backup, for people.</param>
public sealed record ValueChange(string Column, string Now, string Then)
{
    internal static ValueChange Of(string column, TableCell now, TableCell then) => CellText.Format(now) is var shown && shown == CellText.Format(then)
        // What is shown of a long value is its beginning.
        ? new ValueChange(column, shown, Texts["ChangedFurtherOn"])
        : new ValueChange(column, shown, CellText.Format(then));
}
