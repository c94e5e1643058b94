namespace BackupPortal.Core.Restore;

/// <summary>For how long a restore would keep users out as things are now, found out without touching anything.</summary>
/// <param name="IsShared">True when another program has the database open, so that its pages are written through SQLite, one by one.</param>
/// <param name="Expected">An estimate, on the safe side.</param>
public sealed record LockOutEstimate(bool IsShared, TimeSpan Expected);
