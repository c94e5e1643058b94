using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>A frame that is to be stored; disposed by whoever stores it.</summary>
/// <param name="PageCount">0 for file data.</param>
/// <param name="Hash">Null for file data that is to be hashed along with compressing it.</param>
/// <param name="Reference">Older bytes that a difference can be told to; null for none.</param>
internal sealed record RawFrame(FrameKind Kind, PooledBytes Bytes, int PageCount, byte[]? Hash, FrameReference? Reference) : IDisposable
{
    public static RawFrame OfFileData(PooledBytes bytes, byte[]? hash = null) => new(FrameKind.FileData, bytes, 0, hash, null);

    public void Dispose()
    {
        Bytes.Dispose();
        Reference?.Dispose();
    }
}

/// <summary>Older bytes, and where they are stored whole.</summary>
internal sealed record FrameReference(PooledBytes Bytes, IReadOnlyList<FrameBase> Bases) : IDisposable
{
    public void Dispose() => Bytes.Dispose();
}
