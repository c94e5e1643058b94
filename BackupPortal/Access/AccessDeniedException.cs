namespace BackupPortal.Access;

/// <summary>Somebody asked for what they may not do (any more). Nothing was done.</summary>
internal sealed class AccessDeniedException(AccessVerdict verdict) : Exception($"Access denied: {verdict}.")
{
    public AccessVerdict Verdict { get; } = verdict;
}
