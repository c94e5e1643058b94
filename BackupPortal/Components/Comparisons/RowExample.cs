using BackupPortal.Core.Browsing;
using BackupPortal.Core.Comparison;

namespace BackupPortal.Components.Comparisons;

/// <summary>One row as a person knows it.</summary>
/// <param name="Title">The values that tell which row it is.</param>
/// <param name="Changes">Of a row that reverts: what it holds now, and then.</param>
public sealed record RowExample(string Title, IReadOnlyList<ValueChange> Changes)
{
    private const int MostChanges = 5;
    private const int MostTitleParts = 4;

    internal static RowExample Of(IReadOnlyList<ChangedColumn> columns, ChangedRow row)
    {
        var shown = (row.Snapshot ?? row.Other)!;
        var telling = Enumerable.Range(0, columns.Count).Where(i => columns[i].IsTelling && Text(shown[i]) is { Length: > 0 }).ToList();
        var title = telling.Count > 0 ? telling : Enumerable.Range(0, columns.Count).Where(i => Text(shown[i]) is { Length: > 0 });
        return new RowExample(string.Join(" · ", title.Take(MostTitleParts).Select(i => Text(shown[i]))), Compare(columns, row));
    }

    private static IReadOnlyList<ValueChange> Compare(IReadOnlyList<ChangedColumn> columns, ChangedRow row) =>
        row is not { Snapshot: { } then, Other: { } now } ? [] :
        [.. Enumerable.Range(0, columns.Count).Where(i => then[i] is not null && now[i] is not null && then[i] != now[i])
            .Take(MostChanges).Select(i => new ValueChange(columns[i].Name, Text(now[i]), Text(then[i])))];

    /// <summary>Null for NULL, and for bytes, which say nothing to a person.</summary>
    private static string? Text(TableCell? cell) => cell is null or { Kind: "blob" } ? null : cell.Text;
}

/// <param name="Now">Null when there is nothing to show.</param>
/// <param name="Then">As it is in the backup; null when there is nothing to show.</param>
public sealed record ValueChange(string Column, string? Now, string? Then);
