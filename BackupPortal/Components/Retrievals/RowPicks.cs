using BackupPortal.Core.Comparison;
using BackupPortal.Core.Retrieval;

namespace BackupPortal.Components.Retrievals;

/// <summary>Which rows of a chosen table are to come back: all that fit, or those that a person picks from what is shown, a page at a time.</summary>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed class RowPicks
{
    public const int PerPage = 20;

    private readonly Dictionary<string, DifferenceKind> picked = new(StringComparer.Ordinal);

    /// <summary>Null when all rows come back that fit.</summary>
    public RetrievableRows? Shown { get; private set; }

    /// <summary>From 1.</summary>
    public int Page { get; private set; } = 1;

    public bool ArePicked => Shown is not null;

    public bool AreNone => ArePicked && picked.Count == 0;

    public int Count => picked.Count;

    public bool IsFull => picked.Count >= PickedRows.Most;

    public IReadOnlyList<string> Keys => [.. picked.Keys];

    public int PageCount => (int)Math.Max(1, ((Shown?.Count ?? 0) + PerPage - 1) / PerPage);

    public bool Has(RetrievableRow row) => picked.ContainsKey(row.Key);

    public void Show(RetrievableRows rows, int page) => (Shown, Page) = (rows, page);

    /// <summary>Does nothing when as many are picked as may be.</summary>
    public void Toggle(RetrievableRow row)
    {
        if (!picked.Remove(row.Key))
            Add([row]);
    }

    /// <summary>Picks rows too, as long as there are not too many.</summary>
    public void Add(IEnumerable<RetrievableRow> rows)
    {
        foreach (var row in rows.TakeWhile(_ => !IsFull))
            picked.TryAdd(row.Key, row.Kind);
    }

    public void Clear() => picked.Clear();

    /// <summary>All rows come back again that fit.</summary>
    public void TakeAll()
    {
        Clear();
        Shown = null;
    }

    public void ForgetChanged()
    {
        foreach (var key in picked.Where(static row => row.Value == DifferenceKind.Revert).Select(static row => row.Key).ToList())
            picked.Remove(key);
    }
}
