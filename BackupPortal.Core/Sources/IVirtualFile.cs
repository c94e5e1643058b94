namespace BackupPortal.Core.Sources;

/// <summary>What SQLite takes for a file; see <see cref="VirtualFiles"/>. Nothing may be thrown through SQLite's own code: who fails keeps the failure, and says so.</summary>
internal interface IVirtualFile
{
    /// <summary>In bytes.</summary>
    long Length { get; }

    /// <returns>How many bytes there were, from <paramref name="offset"/> on; -1 when they could not be read.</returns>
    int TryRead(Span<byte> target, long offset);

    bool TryWrite(ReadOnlySpan<byte> bytes, long offset);
}
