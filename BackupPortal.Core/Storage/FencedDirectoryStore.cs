namespace BackupPortal.Core.Storage;

/// <summary>
/// The objects of a local directory, written and deleted through one folder of the same file system: an object becomes visible by a move out of that
/// folder, and goes by a move into it. Once the folder has been moved away neither can happen any more, without anybody having to look first: the
/// file system itself refuses.
/// </summary>
/// <remarks>Reading needs no folder. Whoever moved the folder away deletes what is in it.</remarks>
/// <param name="folder">Absolute path; exists, and is never created here.</param>
internal sealed class FencedDirectoryStore(LocalDirectoryStore store, string folder) : IObjectStore
{
    public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
    {
        var path = store.PathOf(key);
        if (File.Exists(path))
            throw LocalDirectoryStore.Taken(key);
        var stream = LocalDirectoryStore.Guard(
            key, () => new FileStream(NewName(), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0));
        try
        {
            await writeContent(new ObjectWriteStream(stream, key), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return LocalDirectoryStore.Guard(key, () => LocalDirectoryStore.Publish(stream, path, key));
        }
        finally
        {
            await DiscardAsync(stream);
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = store.PathOf(key);
        LocalDirectoryStore.Guard(key, () =>
        {
            if (!File.Exists(path))
                return false;
            var taken = NewName();
            // Overwriting is what makes it one rename; the name is new.
            File.Move(path, taken, overwrite: true);
            DirectorySync.Sync(Path.GetDirectoryName(path)!);
            Discard(taken);
            return true;
        });
        return Task.CompletedTask;
    }

    public Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken) =>
        store.ReadAsync(key, offset, buffer, cancellationToken);

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken) => store.FindAsync(key, cancellationToken);

    public IAsyncEnumerable<StoredObject> ListAsync(string folder, CancellationToken cancellationToken) => store.ListAsync(folder, cancellationToken);

    private static async ValueTask DiscardAsync(FileStream stream)
    {
        await stream.DisposeAsync();
        Discard(stream.Name);
    }

    private static void Discard(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // The folder was moved away, and this with it.
        }
    }

    private string NewName() => Path.Combine(folder, Guid.NewGuid().ToString("N"));
}
