using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;

namespace BackupPortal.Components.Comparisons;

/// <summary>What a person is shown of a comparison at first: all numbers, and a few examples.</summary>
/// <param name="Tables">By name.</param>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record ComparisonView(IReadOnlyList<TableView> Tables, IReadOnlyList<SchemaDifference> Schema, IReadOnlyList<FilesView> Files)
{
    private const int MostTablesWithExamples = 30;
    private const int MostExamples = 20;

    internal static readonly IReadOnlyList<DifferenceKind> Kinds = [DifferenceKind.ComeBack, DifferenceKind.Revert, DifferenceKind.Disappear];

    public bool IsNone => Tables.Count == 0 && Schema.Count == 0 && Files.Count == 0;

    /// <summary>Whether anything of the backup is no longer there, or not as it was.</summary>
    public bool HasLost => Tables.SelectMany(static table => table.Rows).Any(static rows => rows.Kind != DifferenceKind.Disappear) || Files.Any(static files => files.Kind != DifferenceKind.Disappear);

    /// <summary>Takes what is shown at first out of a comparison.</summary>
    public static ComparisonView Of(StateComparison comparison, FriendlyNames names)
    {
        var exemplified = comparison.Tables.OrderByDescending(TotalOf).Take(MostTablesWithExamples).ToHashSet();
        return new ComparisonView(
            [.. comparison.Tables.Select(table => Table(comparison, table, names, exemplified.Contains(table) ? MostExamples : 0))
                .OrderBy(table => table.Name, StringComparer.CurrentCultureIgnoreCase)],
            comparison.Schema,
            [.. Kinds.Where(kind => CountOf(comparison.Files, kind) > 0)
                .Select(kind => new FilesView(kind, CountOf(comparison.Files, kind), comparison.ReadFiles(kind, 0, MostExamples)))]);
    }

    /// <summary>What people call the table: it may be called differently in the two states.</summary>
    internal static string NameOf(TableDifferences table, FriendlyNames names) =>
        names.FindTable(table.Name) ?? (table.OtherName is null ? null : names.FindTable(table.OtherName)) ?? table.Name;

    internal static Func<string, string> ColumnNames(TableDifferences table, FriendlyNames names) => column =>
        names.FindColumn(table.Name, column) ?? (table.OtherName is null ? null : names.FindColumn(table.OtherName, column)) ?? column;

    internal static long CountOf(TableDifferences table, DifferenceKind kind) => kind switch
    {
        DifferenceKind.ComeBack => table.ComeBack,
        DifferenceKind.Revert => table.Revert,
        _ => table.Disappear,
    };

    internal static long CountOf(FileDifferences files, DifferenceKind kind) => kind switch
    {
        DifferenceKind.ComeBack => files.ComeBack,
        DifferenceKind.Revert => files.Revert,
        _ => files.Disappear,
    };

    private static TableView Table(StateComparison comparison, TableDifferences table, FriendlyNames names, int examples) => new(
        NameOf(table, names), table.Name,
        [.. Kinds.Where(kind => CountOf(table, kind) > 0).Select(kind => new RowsView(kind, CountOf(table, kind), Examples(comparison, table, kind, names, examples)))])
    {
        IsVirtual = table.IsVirtual,
    };

    private static IReadOnlyList<RowExample> Examples(StateComparison comparison, TableDifferences table, DifferenceKind kind, FriendlyNames names, int most)
    {
        if (most == 0)
            return [];
        var rows = comparison.ReadRows(table, kind, 0, most);
        var nameOf = ColumnNames(table, names);
        return [.. rows.Rows.Select(row => RowExample.Of(rows.Columns, row, nameOf)).OfType<RowExample>()];
    }

    private static long TotalOf(TableDifferences table) => table.ComeBack + table.Revert + table.Disappear;
}

/// <param name="Name">What people call it.</param>
/// <param name="RealName">As it is called in the backup, if it is there.</param>
/// <param name="Rows">One for each kind of difference that there is.</param>
public sealed record TableView(string Name, string RealName, IReadOnlyList<RowsView> Rows)
{
    /// <summary>Its rows may follow from those of other tables.</summary>
    public bool IsVirtual { get; init; }
}

/// <param name="Examples">The first of them.</param>
public sealed record RowsView(DifferenceKind Kind, long Count, IReadOnlyList<RowExample> Examples);

/// <param name="Examples">The first paths.</param>
public sealed record FilesView(DifferenceKind Kind, long Count, IReadOnlyList<string> Examples);
