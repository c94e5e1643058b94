using BackupPortal.Core.Operations;

namespace BackupPortal.Components.Operations;

/// <summary>Brings what the catalog said and what the feed tells together, whichever comes first. Pure.</summary>
internal static class OperationUpdates
{
    /// <summary>The list, newest first, with <paramref name="update"/> in it.</summary>
    public static IReadOnlyList<OperationView> With(this IReadOnlyList<OperationView> list, OperationView update)
    {
        var at = -1;
        for (var index = 0; index < list.Count && at < 0; index++)
        {
            if (list[index].Id == update.Id)
                at = index;
        }

        if (at < 0)
            return [.. list.Append(update).OrderByDescending(static view => view.QueuedUtc)];
        var copy = list.ToArray();
        copy[at] = Later(copy[at], update);
        return copy;
    }

    /// <summary>The later state of one operation: states never go back, progress never falls.</summary>
    public static OperationView Later(OperationView known, OperationView update)
    {
        if (Rank(update) != Rank(known))
            return Rank(update) > Rank(known) ? update : known;
        return (update.Progress?.Fraction ?? 0) >= (known.Progress?.Fraction ?? 0) || update.IsOver() ? update : known;
    }

    private static int Rank(OperationView view) => view.State switch
    {
        OperationState.Queued => 0,
        OperationState.Running => 1,
        _ => 2,
    };
}
