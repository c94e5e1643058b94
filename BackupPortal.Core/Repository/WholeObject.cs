using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Small objects are read in one piece.</summary>
internal static class WholeObject
{
    private const long MaxSize = 1L << 30;

    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="EndOfStreamException">It shrank, or is far larger than what it should be.</exception>
    public static async Task<byte[]> ReadAsync(IObjectStore store, string key, CancellationToken cancellationToken)
    {
        var found = await store.FindAsync(key, cancellationToken) ?? throw new ObjectNotFoundException(new("Storage", "NotFound", key));
        if (found.SizeBytes > MaxSize)
            throw new EndOfStreamException($"'{key}' is far too large.");
        var bytes = new byte[found.SizeBytes];
        await store.ReadAsync(key, 0, bytes, cancellationToken);
        return bytes;
    }
}
