using BackupPortal.Components.Comparisons;
using BackupPortal.Core.Retrieval;

namespace BackupPortal.Components.Restores;

/// <summary>How much of what undoing a retrieval changes did not come with the retrieval: people have entered, changed or deleted at least so much since.</summary>
internal sealed record LaterWork(long Rows, long Files)
{
    public bool IsNone => Rows == 0 && Files == 0;

    /// <param name="view">What the undo would change.</param>
    /// <param name="plan">What the retrieval did.</param>
    public static LaterWork Of(ComparisonView view, RetrievalPlan plan) => new(
        // Rows of a virtual table may follow from those that came back.
        view.Tables.Where(static table => !table.IsVirtual).Sum(table => Math.Max(0, table.Rows.Sum(static rows => rows.Count) - Brought(plan, table.RealName))),
        Math.Max(0, view.Files.Sum(static files => files.Count) - plan.Files.Added - plan.Files.Replaced));

    private static long Brought(RetrievalPlan plan, string table) =>
        plan.Tables.Where(one => string.Equals(one.Name, table, StringComparison.OrdinalIgnoreCase)).Sum(static one => one.Chosen + one.Needed + one.Dependent + one.Replaced);
}
