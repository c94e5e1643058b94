namespace BackupPortal.Core.Storage;

/// <summary>Keeps objects as files of a local directory, which is created with the first object.</summary>
/// <param name="root">Absolute path of the directory.</param>
public sealed class LocalDirectoryStore(string root, TimeProvider time) : IObjectStore
{
    public string Root { get; } = root;

    public Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken) => throw new NotImplementedException();

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => throw new NotImplementedException();

    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) => throw new NotImplementedException(time.ToString());

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => throw new NotImplementedException();
}
