namespace BackupPortal.Core.Restore;

/// <summary>A database that has been put live.</summary>
/// <param name="Held">After an exclusive swap what was live, still held; to be disposed by the caller.</param>
/// <param name="LiveAfter">
/// What the live database looked like before anybody else wrote to it, see <see cref="LiveDatabaseState.Fingerprint"/>; null when somebody has written already.
/// </param>
internal sealed record SwapResult(ExclusiveSwap? Held, string? LiveAfter) : IDisposable
{
    public void Dispose() => Held?.Dispose();
}
