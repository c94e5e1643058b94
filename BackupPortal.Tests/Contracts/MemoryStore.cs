using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>A plain, correct store in memory.</summary>
internal sealed class MemoryStore : IObjectStore
{
    private static readonly DateTimeOffset modified = new(2026, 11, 20, 20, 0, 0, TimeSpan.Zero);

    private readonly ConcurrentDictionary<string, byte[]> objects = new(StringComparer.Ordinal);

    /// <summary>For tests to look at and to damage.</summary>
    public IDictionary<string, byte[]> Objects => objects;

    public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
    {
        Check(key);
        if (objects.ContainsKey(key))
            throw Taken(key);
        using var content = new MemoryStream();
        await writeContent(content, cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        return objects.TryAdd(key, content.ToArray()) ? content.Length : throw Taken(key);
    }

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Check(key);
        if (!objects.TryGetValue(key, out var bytes))
            throw new ObjectNotFoundException(new Message("Storage", "NotFound", key));
        if (offset + buffer.Length > bytes.Length)
            throw new EndOfStreamException();
        bytes.AsMemory((int)offset, buffer.Length).CopyTo(buffer);
        return Task.CompletedTask;
    }

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken)
    {
        Check(key);
        return Task.FromResult(objects.TryGetValue(key, out var bytes) ? new StoredObject(key, bytes.Length, modified) : null);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Check(folder);
        await Task.CompletedTask;
        foreach (var (key, bytes) in objects.Where(item => item.Key.StartsWith(folder + "/", StringComparison.Ordinal)))
            yield return new StoredObject(key, bytes.Length, modified);
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        Check(key);
        objects.TryRemove(key, out _);
        return Task.CompletedTask;
    }

    private static StorageException Taken(string key) => new(new Message("Storage", "Taken", key));

    private static void Check(string key)
    {
        if (!System.Text.RegularExpressions.Regex.IsMatch(key, "^[a-z0-9-][a-z0-9.-]*(/[a-z0-9-][a-z0-9.-]*)*\\z"))
            throw new ArgumentException("Not a key.", nameof(key));
    }
}
