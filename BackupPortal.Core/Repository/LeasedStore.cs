using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Writes and deletes only while a lease is held, looked at as late as the store allows; a failure that comes from a lost lease says so.</summary>
internal sealed class LeasedStore(IObjectStore store, IRepositoryLease lease) : IObjectStore
{
    public Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken) => ExplainAsync(
        () => store.WriteAsync(
            key,
            async (stream, token) =>
            {
                await writeContent(stream, token);
                await lease.EnsureHeldAsync(token);
            },
            cancellationToken));

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        await lease.EnsureHeldAsync(cancellationToken);
        await ExplainAsync(async () =>
        {
            await store.DeleteAsync(key, cancellationToken);
            return true;
        });
    }

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        store.ReadAsync(key, offset, buffer, cancellationToken);

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => store.FindAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) => store.ListAsync(folder, cancellationToken);

    private async Task<T> ExplainAsync<T>(Func<Task<T>> act)
    {
        try
        {
            return await act();
        }
        catch (StorageException)
        {
            await lease.EnsureHeldAsync(CancellationToken.None);
            throw;
        }
    }
}
