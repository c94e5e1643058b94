using System.Runtime.ExceptionServices;
using System.Threading.Channels;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Compresses frames on all cores, in a bounded number at a time, and writes them to packs in the order in which they came. Each pack is read back while
/// the next one is written. For one caller at a time.
/// </summary>
internal sealed class PackWriter : IAsyncDisposable
{
    private readonly IObjectStore store;
    private readonly Compression compression;
    private readonly RepositoryCipher cipher;
    private readonly CancellationTokenSource stop = new();
    private readonly Channel<PendingFrame> queue = Channel.CreateBounded<PendingFrame>(
        new BoundedChannelOptions(Math.Clamp(Environment.ProcessorCount * 2, 4, 16)) { SingleReader = true, SingleWriter = true });
    private readonly List<PlacedFrame> placed = [];
    private readonly Task writing;
    private int count;
    private long addedBytes;

    public PackWriter(IObjectStore store, Compression compression, RepositoryCipher cipher)
    {
        this.store = store;
        this.compression = compression;
        this.cipher = cipher;
        writing = Task.Run(RunAsync);
    }

    /// <summary>Bytes of finished packs.</summary>
    public long AddedBytes => Interlocked.Read(ref addedBytes);

    /// <summary>Where frames went, by their number. Only to be read after <see cref="SettleAsync"/> or <see cref="FinishAsync"/>.</summary>
    public IReadOnlyList<PlacedFrame> Placed => placed;

    /// <summary>Takes a frame in, waiting while too many are under way.</summary>
    /// <param name="frame">Belongs to the writer from now on.</param>
    /// <returns>The frame's number.</returns>
    public async Task<int> AddAsync(RawFrame frame, CancellationToken cancellationToken)
    {
        var encoded = LowPriorityThreads.Shared.Run(() => EncodedFrame.From(frame, compression, "pack"));
        await EnqueueAsync(new PendingFrame(encoded, null), cancellationToken);
        return count++;
    }

    /// <summary>Ends when every frame that was taken in has its place in a pack, which may still be open.</summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        var settled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await EnqueueAsync(new PendingFrame(null, settled), cancellationToken);
        if (await Task.WhenAny(settled.Task, writing).WaitAsync(cancellationToken) == writing)
            await writing;
    }

    /// <summary>Ends when all packs are stored and proven.</summary>
    public async Task FinishAsync(CancellationToken cancellationToken)
    {
        queue.Writer.TryComplete();
        await writing.WaitAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        queue.Writer.TryComplete();
        await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task EnqueueAsync(PendingFrame frame, CancellationToken cancellationToken)
    {
        try
        {
            await queue.Writer.WriteAsync(frame, cancellationToken);
        }
        catch (ChannelClosedException e) when (e.InnerException is { } cause)
        {
            ExceptionDispatchInfo.Throw(cause);
        }
    }

    private async Task RunAsync()
    {
        var proof = Task.CompletedTask;
        try
        {
            while (await NextIsFrameAsync())
            {
                var (pack, checks) = await WritePackAsync();
                await proof;
                proof = PackProof.RunAsync(store, compression, cipher, pack, checks, stop.Token);
            }
            await proof;
        }
        catch (Exception e)
        {
            // Whoever adds the next frame, or waits for the end, gets it.
            queue.Writer.TryComplete(e);
            await proof.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>Waits for a frame, which needs a pack, answering those who only wait on the way.</summary>
    private async Task<bool> NextIsFrameAsync()
    {
        while (await queue.Reader.WaitToReadAsync(stop.Token))
        {
            if (!queue.Reader.TryPeek(out var next) || next.Settled is null)
                return true;
            queue.Reader.TryRead(out _);
            next.Settled.SetResult();
        }
        return false;
    }

    private async Task<(PackIndex Index, IReadOnlyList<uint> Checks)> WritePackAsync()
    {
        var pack = RepositoryLayout.NewPack();
        PackIndex? index = null;
        var checks = new List<uint>();
        var size = await store.WriteAsync(
            RepositoryLayout.PackKey(pack), async (stream, token) => index = await FillAsync(pack, stream, checks, token), stop.Token);
        Interlocked.Add(ref addedBytes, size);
        return (index!, checks);
    }

    private async Task<PackIndex> FillAsync(string pack, Stream stream, List<uint> checks, CancellationToken cancellationToken)
    {
        var key = await cipher.WritingKeyAsync(cancellationToken);
        var header = PackFormat.Header(pack, key);
        var seal = key?.ForPack(pack, header);
        await stream.WriteAsync(header, cancellationToken);
        var entries = new List<FrameEntry>();
        long size = PackFormat.HeaderSize;
        long slots = 0;
        while (size < RepositoryLayout.PackSize && await queue.Reader.WaitToReadAsync(cancellationToken) && queue.Reader.TryRead(out var next))
        {
            if (next.Encoded is null)
            {
                next.Settled!.SetResult();
                continue;
            }
            using var frame = (await next.Encoded).Sealed(seal, entries.Count);
            await stream.WriteAsync(frame.Stored.Memory, cancellationToken);
            placed.Add(new PlacedFrame(pack, entries.Count, slots, frame.Entry.PageCount));
            entries.Add(frame.Entry);
            checks.Add(frame.Check);
            size += frame.Stored.Length;
            slots += frame.Entry.PageCount;
        }
        var index = new PackIndex(pack, entries) { Seal = seal };
        var (footer, trailer) = PackFormat.Finish(index, compression, seal);
        await stream.WriteAsync(footer, cancellationToken);
        await stream.WriteAsync(trailer, cancellationToken);
        return index;
    }

    /// <param name="Settled">Set instead of <paramref name="Encoded"/> when the caller only wants to know that all before it are placed.</param>
    private sealed record PendingFrame(Task<EncodedFrame>? Encoded, TaskCompletionSource? Settled);
}

/// <param name="Frame">Within the pack.</param>
/// <param name="FirstSlot">Of its first page within the pack.</param>
internal sealed record PlacedFrame(string Pack, int Frame, long FirstSlot, int PageCount);
