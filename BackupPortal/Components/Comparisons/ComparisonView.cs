using BackupPortal.Core.Comparison;

namespace BackupPortal.Components.Comparisons;

/// <summary>What a person is shown of a comparison: all numbers, and a few examples.</summary>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record ComparisonView(IReadOnlyList<TableView> Tables, IReadOnlyList<SchemaDifference> Schema, IReadOnlyList<FilesView> Files)
{
    private const int MostTables = 30;
    private const int MostExamples = 20;

    private static readonly DifferenceKind[] kinds = [DifferenceKind.ComeBack, DifferenceKind.Revert, DifferenceKind.Disappear];

    /// <summary>Tables beyond those shown one by one.</summary>
    public int OtherTables { get; private init; }

    public bool IsNone => Tables.Count == 0 && Schema.Count == 0 && Files.Count == 0;

    /// <summary>Takes what is shown out of a comparison, which can be disposed then.</summary>
    public static ComparisonView Of(StateComparison comparison) => new(
        [.. comparison.Tables.OrderByDescending(TotalOf).Take(MostTables).OrderBy(table => table.Name, StringComparer.CurrentCultureIgnoreCase)
            .Select(table => new TableView(table.Name, [.. kinds.Where(kind => CountOf(table, kind) > 0).Select(kind => Rows(comparison, table, kind))]))],
        comparison.Schema,
        [.. kinds.Where(kind => CountOf(comparison.Files, kind) > 0)
            .Select(kind => new FilesView(kind, CountOf(comparison.Files, kind), comparison.ReadFiles(kind, 0, MostExamples)))])
    {
        OtherTables = Math.Max(0, comparison.Tables.Count - MostTables),
    };

    private static RowsView Rows(StateComparison comparison, TableDifferences table, DifferenceKind kind)
    {
        var rows = comparison.ReadRows(table, kind, 0, MostExamples);
        return new RowsView(kind, CountOf(table, kind), [.. rows.Rows.Select(row => RowExample.Of(rows.Columns, row))]);
    }

    private static long TotalOf(TableDifferences table) => table.ComeBack + table.Revert + table.Disappear;

    private static long CountOf(TableDifferences table, DifferenceKind kind) => kind switch
    {
        DifferenceKind.ComeBack => table.ComeBack,
        DifferenceKind.Revert => table.Revert,
        _ => table.Disappear,
    };

    private static long CountOf(FileDifferences files, DifferenceKind kind) => kind switch
    {
        DifferenceKind.ComeBack => files.ComeBack,
        DifferenceKind.Revert => files.Revert,
        _ => files.Disappear,
    };
}

/// <param name="Rows">One for each kind of difference that there is.</param>
public sealed record TableView(string Name, IReadOnlyList<RowsView> Rows);

/// <param name="Examples">The first of them.</param>
public sealed record RowsView(DifferenceKind Kind, long Count, IReadOnlyList<RowExample> Examples);

/// <param name="Examples">The first paths.</param>
public sealed record FilesView(DifferenceKind Kind, long Count, IReadOnlyList<string> Examples);
