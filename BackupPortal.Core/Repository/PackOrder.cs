namespace BackupPortal.Core.Repository;

/// <summary>
/// In which order a map or a manifest lists its packs. Everything in it names a pack by its position, so that positions stay as they were in the
/// document before: otherwise one new pack would change bytes everywhere, and the difference between two days would not be small.
/// </summary>
internal static class PackOrder
{
    /// <param name="before">The order of the document before; empty for none.</param>
    /// <returns>The packs that are used, each once. New ones take the places of those that are gone, then come last.</returns>
    public static List<string> Of(IReadOnlyList<string> before, IEnumerable<string> used)
    {
        var all = used.ToHashSet(StringComparer.Ordinal);
        var added = new Queue<string>(all.Except(before, StringComparer.Ordinal).Order(StringComparer.Ordinal));
        var order = new List<string?>(before.Count + added.Count);
        foreach (var pack in before)
            order.Add(all.Contains(pack) ? pack : added.TryDequeue(out var next) ? next : null);
        order.AddRange(added);
        for (var i = 0; i < order.Count; i++)
        {
            while (order.Count > i && order[^1] is null)
                order.RemoveAt(order.Count - 1);
            if (i >= order.Count || order[i] is not null)
                continue;
            order[i] = order[^1];
            order.RemoveAt(order.Count - 1);
        }
        return [.. order.OfType<string>()];
    }
}
