using System.Runtime.CompilerServices;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Pruning;

/// <summary>Never lists one of its objects.</summary>
internal sealed class ForgetfulStore(IObjectStore inner, string forgotten) : IObjectStore
{
    public Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken) =>
        inner.WriteAsync(key, writeContent, cancellationToken);

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        inner.ReadAsync(key, offset, buffer, cancellationToken);

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => inner.FindAsync(key, cancellationToken);

    public async IAsyncEnumerable<StoredObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var item in inner.ListAsync(folder, cancellationToken))
        {
            if (item.Key != forgotten)
                yield return item;
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken) => inner.DeleteAsync(key, cancellationToken);
}
