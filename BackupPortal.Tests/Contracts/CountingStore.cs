using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Contracts;

/// <summary>Passes everything on, and counts the bytes that are read.</summary>
internal sealed class CountingStore(IObjectStore inner) : IObjectStore
{
    private long bytesRead;

    public long BytesRead => Interlocked.Read(ref bytesRead);

    public Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken) =>
        inner.WriteAsync(key, writeContent, cancellationToken);

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        Interlocked.Add(ref bytesRead, buffer.Length);
        return inner.ReadAsync(key, offset, buffer, cancellationToken);
    }

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => inner.FindAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) => inner.ListAsync(folder, cancellationToken);

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
}
