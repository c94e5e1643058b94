namespace BackupPortal.Core.Backup;

/// <summary>A closed database file that holds one consistent state.</summary>
/// <param name="StateUtc">The instant whose state it holds.</param>
/// <param name="JournalMode">Of the live database, as <c>PRAGMA journal_mode</c> says it.</param>
/// <param name="Restarts">How often copying had to begin again (rollback journal only).</param>
/// <param name="Stalled">True when the last attempt copied in one step and may have held writers up for a moment.</param>
public sealed record DatabaseCopy(string File, DateTimeOffset StateUtc, string JournalMode, long SizeBytes, int Restarts = 0, bool Stalled = false);
