namespace BackupPortal.Core.Restore;

/// <summary>What the full check found in live data.</summary>
/// <param name="Text">In English, for the log and for who looks after the system.</param>
/// <param name="IsDamaged">The database itself is damaged, so that nobody should go on working with it.</param>
internal sealed record LiveProblem(string Text, bool IsDamaged);
