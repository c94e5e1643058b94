namespace BackupPortal.Core.Copies;

/// <summary>An exported file that is kept somewhere.</summary>
/// <param name="Place">A name of <see cref="CopyPlaces"/>.</param>
/// <param name="Name">Within the tenant's folder of that place.</param>
/// <param name="Path">Absolute.</param>
/// <param name="WrittenUtc">When it was written or put there.</param>
/// <param name="Note">Null for a file that somebody else put there: nothing is known of it.</param>
public sealed record KeptFile(string Place, string Name, string Path, long SizeBytes, DateTimeOffset WrittenUtc, CopyNote? Note)
{
    /// <summary>When it is deleted by itself; null when never.</summary>
    public DateTimeOffset? UntilUtc { get; init; }
}
