using System.Runtime.CompilerServices;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>What goes wrong at one call of a <see cref="FaultyStore"/>.</summary>
public enum StoreFault
{
    /// <summary>The call fails before it does anything.</summary>
    Fail,

    /// <summary>A write fails in the middle: the place is full.</summary>
    RunFull,

    /// <summary>A write says that it went well, and only half of the object is there.</summary>
    Truncate,

    /// <summary>A write says that it went well, and one byte is another one.</summary>
    Garble,

    /// <summary>A write or delete says that it went well, and did nothing.</summary>
    Forget,
}

/// <summary>What goes wrong at one call that reads, beside what <see cref="StoreFault"/> does to writes.</summary>
public enum ReadFault
{
    None,

    /// <summary>One byte of what is read is another one.</summary>
    Garble,

    /// <summary>The object seems to end too early.</summary>
    Truncate,

    /// <summary>The object seems not to be there.</summary>
    Miss,

    /// <summary>A listing leaves out the object of the folder that was written last.</summary>
    ListLate,

    /// <summary>A listing fails after its first object.</summary>
    ListBreaksOff,

    /// <summary>The call goes on when another one has overtaken it, or when nobody seems to.</summary>
    Delay,
}

/// <summary>Does one wrong thing to any store when told to; without a fault it is what that store is.</summary>
/// <param name="inner">Null for one in memory.</param>
internal sealed class FaultyStore(IObjectStore? inner = null) : IObjectStore
{
    // Only a caller that makes one call after the other lets it pass, and that there is nobody else to wait for cannot be seen from here.
    private static readonly TimeSpan longestDelay = TimeSpan.FromMilliseconds(10);

    private readonly IObjectStore store = inner ?? new MemoryStore();
    private readonly List<string> written = [];
    private TaskCompletionSource overtaken = new();
    private int calls;

    /// <summary>For tests to look at and to damage; of a store in memory.</summary>
    public IDictionary<string, byte[]> Objects => ((MemoryStore)store).Objects;

    /// <summary>Calls of any kind so far.</summary>
    public int Calls => calls;

    /// <summary>The number of the call, of any kind, that goes wrong; null for none.</summary>
    public int? FaultAt
    {
        get;
        set
        {
            field = value;
            overtaken = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>How often another call overtook a delayed one.</summary>
    public int Overtakings { get; private set; }

    public StoreFault Fault { get; set; }

    /// <summary>When it is not <see cref="ReadFault.None"/>, it is this that goes wrong instead of <see cref="Fault"/>.</summary>
    public ReadFault ReadFault { get; set; }

    /// <summary>How many of the objects written last all listings leave out: a store whose listings come late.</summary>
    public int ListedLate { get; set; }

    public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
    {
        var isFaulty = await CountAsync(key) && ReadFault == ReadFault.None;
        var size = isFaulty ? await SpoilAsync(key, writeContent, cancellationToken) : await store.WriteAsync(key, writeContent, cancellationToken);
        lock (written)
            written.Add(key);
        return size;
    }

    public async Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var fault = await CountAsync(key) ? ReadFault : ReadFault.None;
        if (fault == ReadFault.Truncate)
            throw new EndOfStreamException();
        if (fault == ReadFault.Miss)
            throw new ObjectNotFoundException(new Message("Storage", "NotFound", key));
        await store.ReadAsync(key, offset, buffer, cancellationToken);
        if (fault == ReadFault.Garble && buffer.Length > 0)
            buffer.Span[buffer.Length / 2] ^= 0x10;
    }

    public async Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) =>
        await CountAsync(key) && ReadFault == ReadFault.Miss ? null : await store.FindAsync(key, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var fault = await CountAsync(folder) ? ReadFault : ReadFault.None;
        var late = Late(folder, fault == ReadFault.ListLate ? 1 : ListedLate);
        await foreach (var item in store.ListAsync(folder, cancellationToken))
        {
            if (late.Contains(item.Key))
                continue;
            yield return item;
            if (fault == ReadFault.ListBreaksOff)
                throw Failure(folder);
        }
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        if (await CountAsync(key) && ReadFault == ReadFault.None && Fault == StoreFault.Forget)
            return;
        await store.DeleteAsync(key, cancellationToken);
    }

    private static StorageException Failure(string key) => new(new Message("Storage", "Failed", key, "told to"));

    private async ValueTask<bool> CountAsync(string key)
    {
        var number = Interlocked.Increment(ref calls);
        if (number > FaultAt)
            overtaken.TrySetResult();
        if (number != FaultAt)
            return false;
        if (ReadFault == ReadFault.Delay && await Task.WhenAny(overtaken.Task, Task.Delay(longestDelay)) == overtaken.Task)
            Overtakings++;
        return ReadFault == ReadFault.None && Fault == StoreFault.Fail ? throw Failure(key) : true;
    }

    private async Task<long> SpoilAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
    {
        using var content = new MemoryStream();
        await writeContent(content, cancellationToken);
        var bytes = content.ToArray();
        if (Fault == StoreFault.RunFull)
            throw Failure(key);
        if (Fault != StoreFault.Forget)
            await store.WriteAsync(key, (stream, token) => stream.WriteAsync(Spoiled(bytes), token).AsTask(), cancellationToken);
        return bytes.Length;
    }

    private ReadOnlyMemory<byte> Spoiled(byte[] bytes)
    {
        if (Fault == StoreFault.Truncate)
            return bytes.AsMemory(0, bytes.Length / 2);
        if (bytes.Length > 0)
            bytes[bytes.Length / 2] ^= 0x10;
        return bytes;
    }

    private HashSet<string> Late(string folder, int count)
    {
        lock (written)
            return written.Where(key => key.StartsWith(folder + "/", StringComparison.Ordinal)).TakeLast(count).ToHashSet(StringComparer.Ordinal);
    }
}
