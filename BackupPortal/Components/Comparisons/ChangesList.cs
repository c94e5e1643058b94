using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using static BackupPortal.Components.Comparisons.ComparisonsTexts;

namespace BackupPortal.Components.Comparisons;

/// <summary>Which part of a comparison's full lists a person wants to see.</summary>
/// <param name="Table">Its real name; null for files.</param>
/// <param name="Page">From 1.</param>
internal sealed record ChangesQuery(string? Table, DifferenceKind Kind, int Page, bool AreAllColumns);

/// <summary>One page of a full list: rows of a table that differ in one way, or files.</summary>
/// <param name="Name">What people call the table; null for files.</param>
/// <param name="Kinds">All of the table, or of the files, with how many there are.</param>
/// <param name="Rows">Null for files.</param>
/// <param name="Files">Null for rows.</param>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record ChangesList(
    string? Name, string? RealName, DifferenceKind Kind, int Page, bool AreAllColumns, IReadOnlyList<(DifferenceKind Kind, long Count)> Kinds,
    ChangedRows? Rows, IReadOnlyList<string>? Files, Func<string, string> ColumnName, ComparisonAddresses Addresses)
{
    private const int PerPage = 50;

    public long Count => Kinds.FirstOrDefault(one => one.Kind == Kind).Count;

    public long PageCount => Math.Max(1, (Count + PerPage - 1) / PerPage);

    public string Title => Name ?? Texts["Files"];

    public string Lead => Texts.Count($"{(Name is null ? "Files" : "Rows")}{Kind}", Count) + (Name is null || Name == RealName ? "" : $" · {Texts["StoredAs", RealName]}");

    public string AddressOf(DifferenceKind kind, int page = 1, bool? areAllColumns = null) => RealName is { } table
        ? Addresses.Of(table, kind, page, areAllColumns ?? AreAllColumns)
        : Addresses.OfFiles(kind, page);

    /// <summary>Null when the comparison has nothing of it, as after comparing again.</summary>
    internal static ChangesList? Read(StateComparison comparison, ChangesQuery query, FriendlyNames names, ComparisonAddresses addresses)
    {
        var skip = (query.Page - 1L) * PerPage;
        if (query.Table is null)
        {
            return Of(query, null, null, Counts(kind => ComparisonView.CountOf(comparison.Files, kind)), addresses) with
            {
                Files = comparison.ReadFiles(query.Kind, skip, PerPage),
            };
        }
        if (comparison.Tables.FirstOrDefault(table => table.Name == query.Table) is not { } table)
            return null;
        return Of(query, ComparisonView.NameOf(table, names), table.Name, Counts(kind => ComparisonView.CountOf(table, kind)), addresses) with
        {
            Rows = comparison.ReadRows(table, query.Kind, skip, PerPage),
            ColumnName = ComparisonView.ColumnNames(table, names),
        };
    }

    private static ChangesList Of(ChangesQuery query, string? name, string? realName, IReadOnlyList<(DifferenceKind, long)> kinds, ComparisonAddresses addresses) =>
        new(name, realName, query.Kind, query.Page, query.AreAllColumns, kinds, null, null, static column => column, addresses);

    private static List<(DifferenceKind Kind, long Count)> Counts(Func<DifferenceKind, long> count) =>
        [.. ComparisonView.Kinds.Select(kind => (kind, count(kind))).Where(one => one.Item2 > 0)];
}
