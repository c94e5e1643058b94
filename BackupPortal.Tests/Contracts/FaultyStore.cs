using System.Collections.Concurrent;
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

    /// <summary>A write says that it went well, and nothing is there.</summary>
    Forget,
}

/// <summary>Keeps objects in memory, and does one wrong thing when told to. Without a fault it is a correct store.</summary>
internal sealed class FaultyStore : IObjectStore
{
    private static readonly DateTimeOffset modified = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentDictionary<string, byte[]> objects = new(StringComparer.Ordinal);
    private int calls;

    /// <summary>For tests to look at and to damage.</summary>
    public IDictionary<string, byte[]> Objects => objects;

    /// <summary>Calls of any kind so far.</summary>
    public int Calls => calls;

    /// <summary>The number of the call, of any kind, that goes wrong; null for none.</summary>
    public int? FaultAt { get; set; }

    public StoreFault Fault { get; set; }

    public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
    {
        CheckKey(key);
        var isFaulty = Count(key, StoreFault.Fail);
        if (objects.ContainsKey(key))
            throw Failure(key);
        using var content = new MemoryStream();
        await writeContent(content, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        var bytes = content.ToArray();
        var kept = isFaulty ? Spoil(key, bytes) : bytes;
        if (kept is not null && !objects.TryAdd(key, kept))
            throw Failure(key);
        return bytes.Length;
    }

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        CheckKey(key);
        Count(key, StoreFault.Fail);
        if (!objects.TryGetValue(key, out var bytes))
            throw new ObjectNotFoundException(new Message("Storage", "NotFound", key));
        if (offset + buffer.Length > bytes.Length)
            throw new EndOfStreamException();
        bytes.AsMemory((int)offset, buffer.Length).CopyTo(buffer);
        return Task.CompletedTask;
    }

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken)
    {
        CheckKey(key);
        Count(key, StoreFault.Fail);
        return Task.FromResult(objects.TryGetValue(key, out var bytes) ? new StoredObject(key, bytes.Length, modified) : null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        CheckKey(folder);
        Count(folder, StoreFault.Fail);
        await Task.CompletedTask;
        foreach (var (key, bytes) in objects.Where(item => item.Key.StartsWith(folder + "/", StringComparison.Ordinal)))
            yield return new StoredObject(key, bytes.Length, modified);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        CheckKey(key);
        Count(key, StoreFault.Fail);
        objects.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    private static void CheckKey(string key)
    {
        if (!System.Text.RegularExpressions.Regex.IsMatch(key, "^[a-z0-9-][a-z0-9.-]*(/[a-z0-9-][a-z0-9.-]*)*\\z"))
            throw new ArgumentException("Not a key.", nameof(key));
    }

    private static StorageException Failure(string key) => new(new Message("Storage", "Failed", key, "told to"));

    private bool Count(string key, StoreFault failing)
    {
        var isFaulty = Interlocked.Increment(ref calls) == FaultAt;
        return isFaulty && Fault == failing ? throw Failure(key) : isFaulty;
    }

    private byte[]? Spoil(string key, byte[] bytes) => Fault switch
    {
        StoreFault.RunFull => throw Failure(key),
        StoreFault.Truncate => bytes[..(bytes.Length / 2)],
        StoreFault.Garble => [.. bytes.Select((value, i) => i == bytes.Length / 2 ? (byte)(value ^ 0x10) : value)],
        _ => null,
    };
}
