using System.Buffers;

namespace BackupPortal.Core.Storage;

/// <summary>Bytes in a borrowed array; whoever holds it last disposes it.</summary>
internal sealed class PooledBytes(int capacity) : IDisposable
{
    private byte[]? array = ArrayPool<byte>.Shared.Rent(capacity);

    public int Length { get; set; } = capacity;

    public Memory<byte> Memory => array.AsMemory(0, Length);

    public Span<byte> Span => array.AsSpan(0, Length);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref array, null) is { } borrowed)
            ArrayPool<byte>.Shared.Return(borrowed);
    }
}
