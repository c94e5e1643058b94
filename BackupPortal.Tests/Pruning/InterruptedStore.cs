using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Pruning;

/// <summary>Lets something else happen before one of its calls: whoever uses it was put to sleep there.</summary>
/// <param name="before">Gets the number of the call, from 1, and its folder or key.</param>
[SuppressMessage("Design", "CA1001", Justification = "The semaphore has no handle unless somebody asks for it.")]
internal sealed class InterruptedStore(IObjectStore inner, Func<int, string, Task> before) : IObjectStore
{
    private readonly SemaphoreSlim gate = new(1);
    private int calls;

    public int Calls => calls;

    public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
    {
        await ComeAsync(key);
        return await inner.WriteAsync(key, writeContent, cancellationToken);
    }

    public async Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        await ComeAsync(key);
        await inner.ReadAsync(key, offset, buffer, cancellationToken);
    }

    public async Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken)
    {
        await ComeAsync(key);
        return await inner.FindAsync(key, cancellationToken);
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ComeAsync(folder);
        await foreach (var item in inner.ListAsync(folder, cancellationToken))
            yield return item;
    }

    public async Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        await ComeAsync(key);
        await inner.DeleteAsync(key, cancellationToken);
    }

    // One at a time, so that nothing of the same user goes on while it sleeps.
    private async Task ComeAsync(string key)
    {
        await gate.WaitAsync();
        try
        {
            await before(++calls, key);
        }
        finally
        {
            gate.Release();
        }
    }
}
