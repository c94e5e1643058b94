namespace BackupPortal.Core.Storage;

/// <summary>
/// Where a repository's bytes go. Objects are written once and never changed. Keys are relative, <c>/</c> between parts, each part made of
/// <c>a-z</c>, <c>0-9</c>, <c>-</c>, <c>.</c> and not beginning with a dot. Safe for concurrent use.
/// </summary>
/// <remarks>
/// Every implementation passes the suite in BackupPortal.Tests/Contracts. All members throw <see cref="StorageException"/> when the place
/// cannot be reached, is full or refuses.
/// </remarks>
public interface IObjectStore
{
    /// <summary>
    /// Writes an object. It becomes visible whole, and is durable, when the task ends well; otherwise nothing of it is ever visible.
    /// </summary>
    /// <returns>The object's size in bytes.</returns>
    /// <exception cref="StorageException">Also when the key is taken already.</exception>
    Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken);

    /// <summary>Fills <paramref name="buffer"/> from the object, beginning at <paramref name="offset"/>.</summary>
    /// <exception cref="ObjectNotFoundException">There is no such object.</exception>
    /// <exception cref="EndOfStreamException">The object ends before the buffer is full.</exception>
    Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken);

    /// <summary>What is known of an object without reading it; null when there is none.</summary>
    Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken);

    /// <summary>Every object whose key begins with <paramref name="folder"/> and a slash, in no order. An error ends the listing; it is never cut short in silence.</summary>
    IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken);

    /// <summary>Deletes an object; no error when there is none.</summary>
    Task DeleteAsync(string key, CancellationToken cancellationToken);
}

public sealed record StoredObject(string Key, long SizeBytes, DateTimeOffset ModifiedUtc);
