namespace BackupPortal.Core.Restore;

/// <summary>What must be known to tell, from what is on disk, whether a swap of the database happened.</summary>
/// <param name="Incoming">The file to be put live; after an exclusive swap it is what was live.</param>
/// <param name="IncomingIdentity">Which file that was before the swap; see <see cref="FileStamp.Identity"/>.</param>
/// <param name="Kept">Where what was live is after the swap: a database file, or the quarantine folder.</param>
/// <param name="LiveIdentity">Which file was live before the swap; null when there was none.</param>
/// <param name="LiveIsWal">That the live database was in WAL mode, to which it goes back when the swap does not happen.</param>
/// <param name="KeptIsComplete">Shared swap only: the copy of what was live is whole and durable. Before that nothing was written to live data.</param>
internal sealed record DatabaseSwapNote(
    SwapMode Mode,
    string Incoming,
    string IncomingIdentity,
    string Kept,
    string? LiveIdentity,
    bool LiveIsWal,
    bool KeptIsComplete = false)
{
    /// <summary>What writing only rows leaves in the live database; null before they are about to become visible, and in every other way.</summary>
    public int? Mark { get; init; }
}
