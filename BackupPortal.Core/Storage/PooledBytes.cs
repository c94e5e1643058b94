using System.Buffers;

namespace BackupPortal.Core.Storage;

/// <summary>Borrowed bytes; whoever holds them last disposes them. Their content is whatever was there before.</summary>
internal sealed class PooledBytes(int capacity) : IDisposable
{
    // Bytes. Below that a mapping of its own is not worth it.
    private const int SmallestBlock = 64 * 1024;

    private IMemoryOwner<byte>? owner = capacity < SmallestBlock ? MemoryPool<byte>.Shared.Rent(capacity) : MemoryBlocks.Shared.Rent(capacity);

    public int Length { get; set; } = capacity;

    /// <exception cref="ObjectDisposedException">The bytes were given back.</exception>
    public Memory<byte> Memory => (owner ?? throw new ObjectDisposedException(nameof(PooledBytes))).Memory[..Length];

    /// <exception cref="ObjectDisposedException">The bytes were given back.</exception>
    public Span<byte> Span => Memory.Span;

    public void Dispose() => Interlocked.Exchange(ref owner, null)?.Dispose();
}
