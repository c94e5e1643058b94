using System.Runtime.CompilerServices;
using System.Runtime.Versioning;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Model;

/// <summary>
/// A store that tells of each call before it is made, so that something can happen right then, and that keeps the world's time: when an object was
/// written is what the world's clock said.
/// </summary>
[UnsupportedOSPlatform("windows")]
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

    /// <summary>Another way to the same objects, whose calls count as this one's.</summary>
    public IObjectStore Beside(IObjectStore other) => new Way(this, other);

    public Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken) =>
        Beside(Inner).WriteAsync(key, writeContent, cancellationToken);

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        Beside(Inner).ReadAsync(key, offset, buffer, cancellationToken);

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => Beside(Inner).FindAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) => Beside(Inner).ListAsync(folder, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => Beside(Inner).DeleteAsync(key, cancellationToken);

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

    private void Forget(string key)
    {
        lock (gate)
        {
            written.Remove(key);
            order.Remove(key);
        }
    }

    private sealed class Way(WorldStore world, IObjectStore inner) : IObjectStore
    {
        public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
        {
            world.Call();
            var size = await inner.WriteAsync(key, writeContent, cancellationToken);
            world.TimeOf(key);
            return size;
        }

        public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            world.Call();
            return inner.ReadAsync(key, offset, buffer, cancellationToken);
        }

        public async Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken)
        {
            world.Call();
            return await inner.FindAsync(key, cancellationToken) is { } found ? found with { ModifiedUtc = world.TimeOf(key) } : null;
        }

        public async IAsyncEnumerable<StoredObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
        {
            world.Call();
            await foreach (var item in inner.ListAsync(folder, cancellationToken))
                yield return item with { ModifiedUtc = world.TimeOf(item.Key) };
        }

        public async Task DeleteAsync(string key, CancellationToken cancellationToken)
        {
            world.Call();
            await inner.DeleteAsync(key, cancellationToken);
            world.Forget(key);
        }
    }
}
