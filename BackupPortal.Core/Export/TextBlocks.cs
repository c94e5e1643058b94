using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;

namespace BackupPortal.Core.Export;

/// <summary>
/// Text on its way to a stream: one thread formats it, and another one compresses and writes what was formatted before, so that both cores have something to do. A few blocks
/// lie between them; whoever is quicker waits.
/// </summary>
internal sealed class TextBlocks
{
    private const int BlockBytes = 256 * 1024;
    private const int BlocksBetween = 8;

    private readonly Channel<ReadOnlyMemory<byte>> full = Channel.CreateBounded<ReadOnlyMemory<byte>>(BlocksBetween);
    private readonly CancellationToken cancellationToken;
    private byte[] block = ArrayPool<byte>.Shared.Rent(BlockBytes);
    private int used;
    private long handedOver;

    private TextBlocks(CancellationToken cancellationToken) => this.cancellationToken = cancellationToken;

    /// <summary>Bytes so far.</summary>
    public long Length => handedOver + used;

    /// <summary>Writes to a stream what is formatted meanwhile, on a thread of its own.</summary>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static async Task<T> WriteAsync<T>(Stream target, Func<TextBlocks, T> format, CancellationToken cancellationToken)
    {
        using var abandoned = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var text = new TextBlocks(abandoned.Token);
        // It waits for the stream now and then, which a thread of the pool should not do.
        var formatting = Task.Factory.StartNew(() => text.Format(format), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var writing = Task.Run(() => text.WriteAsync(target), CancellationToken.None);
        await Task.WhenAny(formatting, writing);
        if (writing.IsFaulted || writing.IsCanceled)
            await abandoned.CancelAsync();
        // What the stream says is the reason of what the other one says, if both fail.
        try
        {
            await Task.WhenAll(formatting, writing);
        }
        catch when (writing.IsFaulted)
        {
            await writing;
        }
        return await formatting;
    }

    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > block.Length - used)
        {
            var part = block.Length - used;
            bytes[..part].CopyTo(block.AsSpan(used));
            used += part;
            bytes = bytes[part..];
            HandOver();
        }
        bytes.CopyTo(block.AsSpan(used));
        used += bytes.Length;
    }

    public void Write(byte one)
    {
        if (used == block.Length)
            HandOver();
        block[used++] = one;
    }

    public void Write(string text) => Write(Encoding.UTF8.GetBytes(text));

    public void Write(long number)
    {
        Utf8Formatter.TryFormat(number, Room(20), out var written);
        Advance(written);
    }

    /// <summary>A place to write into; <see cref="Advance"/> takes over what is there then.</summary>
    /// <param name="atLeast">Less than a block.</param>
    public Span<byte> Room(int atLeast)
    {
        if (block.Length - used < atLeast)
            HandOver();
        return block.AsSpan(used);
    }

    public void Advance(int count) => used += count;

    private T Format<T>(Func<TextBlocks, T> format)
    {
        try
        {
            var result = format(this);
            HandOver();
            full.Writer.Complete();
            return result;
        }
        catch (Exception failure)
        {
            full.Writer.Complete(failure);
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(block);
        }
    }

    private void HandOver()
    {
        cancellationToken.ThrowIfCancellationRequested();
        ReadOnlyMemory<byte> filled = block.AsMemory(0, used);
        if (!full.Writer.TryWrite(filled))
            full.Writer.WriteAsync(filled, cancellationToken).AsTask().GetAwaiter().GetResult();
        block = ArrayPool<byte>.Shared.Rent(BlockBytes);
        handedOver += used;
        used = 0;
    }

    private async Task WriteAsync(Stream target)
    {
        await foreach (var filled in full.Reader.ReadAllAsync(cancellationToken))
        {
            await target.WriteAsync(filled, cancellationToken);
            MemoryMarshal.TryGetArray(filled, out var array);
            ArrayPool<byte>.Shared.Return(array.Array!);
        }
    }
}
