namespace BackupPortal.Core.Sources;

/// <summary>Makes a consistent copy of a live database while others go on writing to it. See docs/architecture.md.</summary>
public static class LiveDatabaseCopy
{
    /// <summary>
    /// Copies the live database as of one instant into <paramref name="scratchFile"/>: a read transaction is pinned in WAL mode, and raw backup steps
    /// leave room for writers in any mode.
    /// </summary>
    /// <param name="scratchFile">Must not exist; a plain database file without <c>-wal</c> afterwards. Deleted again on failure.</param>
    /// <exception cref="Messages.PortalException">The live file is missing, not a database, locked for too long, or the scratch place is full.</exception>
    public static Task<CopiedDatabase> RunAsync(
        string livePath, string scratchFile, TimeProvider time, Action<long, long>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException();

    /// <summary>Reads the facts that a record keeps from a closed copy.</summary>
    public static DatabaseContentFacts ReadFacts(string scratchFile, CancellationToken cancellationToken) => throw new NotImplementedException();
}

/// <param name="PinnedUtc">The instant whose state the copy holds.</param>
/// <param name="JournalMode">Of the live database.</param>
/// <param name="Restarts">How often the copy had to begin again (rollback journal only).</param>
/// <param name="Stalled">True when the last attempt copied in one step and may have held writers up for a moment.</param>
public sealed record CopiedDatabase(DateTimeOffset PinnedUtc, string JournalMode, long SizeBytes, int Restarts, bool Stalled);

/// <param name="Tables">Row count of each table that is not SQLite's own, by name.</param>
public sealed record DatabaseContentFacts(
    int UserVersion, int ApplicationId, string Encoding, IReadOnlyDictionary<string, long> Tables);
