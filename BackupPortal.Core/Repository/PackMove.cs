namespace BackupPortal.Core.Repository;

/// <summary>
/// What is in use of some packs has been written into new ones, and one snapshot after the other comes to refer to these. As long as both are in use, the
/// move is half done, and the repository holds the same pages twice.
/// </summary>
/// <param name="From">Identifiers of the packs that were written anew.</param>
/// <param name="To">Identifiers of the new ones.</param>
internal sealed record PackMove(IReadOnlyList<string> From, IReadOnlyList<string> To)
{
    /// <param name="uses">The packs that are in use.</param>
    public bool IsHalfDone(IReadOnlyDictionary<string, PackUse> uses) => From.Any(uses.ContainsKey) && To.Any(uses.ContainsKey);
}
