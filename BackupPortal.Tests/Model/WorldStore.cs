using System.Runtime.CompilerServices;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Model;

/// <summary>
/// A store that tells of each call before it is made, so that something can happen right then, and that keeps the world's time: when an object was
/// written is what the world's clock said.
/// </summary>
internal sealed class WorldStore(IObjectStore inner, TimeProvider clock) : IObjectStore
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, DateTimeOffset> written = new(StringComparer.Ordinal);
    private readonly List<string> order = [];
    private Action<int>? beforeCall;
    private int calls;

    public IObjectStore Inner { get; } = inner;

    /// <summary>Calls since <see cref="Watch"/>.</summary>
    public int Calls => calls;

    public static StorageException Gone(string key) => new(new Message("Storage", "Failed", key, "the process is as good as dead"));

    /// <param name="act">Gets the number of the call that is about to be made, from 1; what it throws, the call throws. Null for nothing.</param>
    public void Watch(Action<int>? act)
    {
        calls = 0;
        beforeCall = act;
    }

    /// <summary>Keys of a folder in the order in which they were first seen, which does not depend on what they are called.</summary>
    public async Task<IReadOnlyList<string>> KeysAsync(string folder, CancellationToken cancellationToken)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var item in Inner.ListAsync(folder, cancellationToken))
        {
            there.Add(item.Key);
            TimeOf(item.Key);
        }
        lock (gate)
            return [.. order.Where(there.Contains)];
    }

    public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
    {
        Call();
        var size = await Inner.WriteAsync(key, writeContent, cancellationToken);
        TimeOf(key);
        return size;
    }

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Call();
        return Inner.ReadAsync(key, offset, buffer, cancellationToken);
    }

    public async Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken)
    {
        Call();
        return await Inner.FindAsync(key, cancellationToken) is { } found ? found with { ModifiedUtc = TimeOf(key) } : null;
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Call();
        await foreach (var item in Inner.ListAsync(folder, cancellationToken))
            yield return item with { ModifiedUtc = TimeOf(item.Key) };
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        Call();
        await Inner.DeleteAsync(key, cancellationToken);
        lock (gate)
        {
            written.Remove(key);
            order.Remove(key);
        }
    }

    private void Call()
    {
        var number = Interlocked.Increment(ref calls);
        beforeCall?.Invoke(number);
    }

    // What another process wrote is first seen right after, before the clock moves.
    private DateTimeOffset TimeOf(string key)
    {
        lock (gate)
        {
            if (!written.TryGetValue(key, out var time))
            {
                written.Add(key, time = clock.GetUtcNow());
                order.Add(key);
            }
            return time;
        }
    }
}
