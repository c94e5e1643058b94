using System.Collections.Concurrent;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>The footers of a repository's packs, each read once. Safe for concurrent use.</summary>
internal sealed class PackShelf(IObjectStore store, Compression compression, RepositoryCipher cipher) : IDisposable
{
    // Most footers are shorter, so that one read is enough.
    private const int TailSize = 64 * 1024;

    private readonly SemaphoreSlim gate = new(1);
    private readonly ConcurrentDictionary<string, PackIndex> indexes = new(StringComparer.Ordinal);

    public IObjectStore Store { get; } = store;

    public Compression Compression { get; } = compression;

    /// <exception cref="RepositoryException">The pack is missing, damaged or newer than this program.</exception>
    public ValueTask<PackIndex> GetAsync(string pack, CancellationToken cancellationToken) =>
        indexes.TryGetValue(pack, out var index) ? new(index) : new(LoadOnceAsync(pack, cancellationToken));

    public void Dispose() => gate.Dispose();

    private async Task<PackIndex> LoadOnceAsync(string pack, CancellationToken cancellationToken)
    {
        await gate.WaitAsync(cancellationToken);
        try
        {
            if (!indexes.TryGetValue(pack, out var index))
                indexes[pack] = index = await LoadAsync(pack, cancellationToken);
            return index;
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task<PackIndex> LoadAsync(string pack, CancellationToken cancellationToken)
    {
        var key = RepositoryLayout.PackKey(pack);
        try
        {
            var size = (await Store.FindAsync(key, cancellationToken) ?? throw new ObjectNotFoundException(new("Storage", "NotFound", key))).SizeBytes;
            if (size < PackFormat.HeaderSize + PackFormat.TrailerSize)
                throw RepositoryFault.Damaged(key, "it is too short");
            var header = new byte[PackFormat.HeaderSize];
            await Store.ReadAsync(key, 0, header, cancellationToken);
            var seal = PackFormat.CheckHeader(header, pack) is { } dataKey ? (await cipher.KeyAsync(dataKey, key, cancellationToken)).ForPack(pack, header) : null;
            var tail = await ReadTailAsync(key, size, (int)Math.Min(size, TailSize), cancellationToken);
            var trailer = tail.AsMemory(tail.Length - PackFormat.TrailerSize);
            var footerLength = PackFormat.CheckTrailer(trailer.Span, key);
            if (footerLength > size - PackFormat.HeaderSize - PackFormat.TrailerSize)
                throw RepositoryFault.Damaged(key, "it was cut short");
            if (footerLength + PackFormat.TrailerSize > tail.Length)
                tail = await ReadTailAsync(key, size, footerLength + PackFormat.TrailerSize, cancellationToken);
            var footer = tail.AsMemory(tail.Length - PackFormat.TrailerSize - footerLength, footerLength);
            var index = PackFormat.ReadFooter(pack, footer.Span, trailer.Span, Compression, seal);
            return index.FramesEnd + footerLength + PackFormat.TrailerSize == size
                ? index
                : throw RepositoryFault.Damaged(key, "its frames do not fill it");
        }
        catch (ObjectNotFoundException e)
        {
            throw RepositoryFault.Missing(key, e);
        }
        catch (EndOfStreamException e)
        {
            throw RepositoryFault.Damaged(key, "it was cut short", e);
        }
    }

    private async Task<byte[]> ReadTailAsync(string key, long size, int length, CancellationToken cancellationToken)
    {
        var tail = new byte[length];
        await Store.ReadAsync(key, size - length, tail, cancellationToken);
        return tail;
    }
}
