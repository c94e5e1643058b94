namespace BackupPortal.Core.Sources;

/// <param name="PinnedUtc">The instant whose state the copy holds: every change committed before it is in the copy.</param>
/// <param name="JournalMode">Of the live database.</param>
/// <param name="Restarts">How often the copy had to begin again (rollback journal only).</param>
/// <param name="Stalled">True when the last attempt copied in one step and may have held writers up for a moment.</param>
public sealed record CopiedDatabase(DateTimeOffset PinnedUtc, string JournalMode, long SizeBytes, int Restarts, bool Stalled);
