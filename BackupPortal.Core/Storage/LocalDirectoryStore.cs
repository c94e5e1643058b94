using System.Runtime.CompilerServices;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Storage;

/// <summary>Keeps objects as files of a local directory, which is created with the first object.</summary>
/// <remarks>
/// Objects are written under a temporary name in <c>.tmp</c>, synced, then renamed; no key has a part that begins with a dot, so that a writer that
/// died leaves nothing that can be seen.
/// </remarks>
/// <param name="root">Absolute path of the directory.</param>
public sealed class LocalDirectoryStore(string root, TimeProvider time) : IObjectStore
{
    private readonly TemporaryFiles temporary = new(Path.Combine(root, ".tmp"), time);

    public string Root { get; } = root;

    public async Task<long> WriteAsync(string key, Func<Stream, CancellationToken, Task> writeContent, CancellationToken cancellationToken)
    {
        var path = PathOf(key);
        if (File.Exists(path))
            throw Taken(key);
        var stream = Guard(key, temporary.Create);
        try
        {
            await writeContent(new ObjectWriteStream(stream, key), cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            return Guard(key, () => Publish(stream, path, key));
        }
        finally
        {
            await TemporaryFiles.DiscardAsync(stream);
        }
    }

    public async Task ReadAsync(string key, long offset, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        try
        {
            using var handle = File.OpenHandle(PathOf(key), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            for (var done = 0; done < buffer.Length;)
            {
                var read = await RandomAccess.ReadAsync(handle, buffer[done..], offset + done, cancellationToken);
                if (read == 0)
                    throw new EndOfStreamException($"'{key}' ends before byte {offset + buffer.Length}.");
                done += read;
            }
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new ObjectNotFoundException(new Message("Storage", "NotFound", key));
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e) && e is not EndOfStreamException)
        {
            throw StorageFailure.From(e, key);
        }
    }

    public Task<StoredObject?> FindAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Guard(key, () => Describe(key, new FileInfo(PathOf(key)))));
    }

    public async IAsyncEnumerable<StoredObject> ListAsync(string folder, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ObjectKey.Check(folder);
        // The whole listing at once: an error must not come after a caller has taken a part of it for all.
        var found = await Task.Run(() => Guard(folder, () => Walk(folder)), cancellationToken);
        foreach (var item in found)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return item;
        }
    }

    public Task DeleteAsync(string key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var path = PathOf(key);
        Guard(key, () =>
        {
            if (!File.Exists(path))
                return false;
            File.Delete(path);
            DirectorySync.Sync(Path.GetDirectoryName(path)!);
            return true;
        });
        return Task.CompletedTask;
    }

    /// <summary>Makes a complete file an object: durable, and visible at once and whole.</summary>
    internal static long Publish(FileStream stream, string path, string key)
    {
        stream.Flush(flushToDisk: true);
        var size = stream.Length;
        var directory = Path.GetDirectoryName(path)!;
        DirectorySync.Create(directory);
        if (!ExclusiveRename.TryRun(stream.Name, path))
            throw Taken(key);
        DirectorySync.Sync(directory);
        return size;
    }

    private List<StoredObject> Walk(string folder)
    {
        var top = new DirectoryInfo(Path.Combine(Root, folder));
        if (!top.Exists)
            return [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = FileAttributes.None };
        return [.. top.EnumerateFiles("*", options)
            .Select(file => Describe(Path.GetRelativePath(Root, file.FullName).Replace(Path.DirectorySeparatorChar, '/'), file))
            .OfType<StoredObject>()
            .Where(item => !item.Key.Contains("/.", StringComparison.Ordinal))];
    }

    private static StoredObject? Describe(string key, FileInfo file) =>
        file.Exists ? new StoredObject(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)) : null;

    internal static T Guard<T>(string subject, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, subject);
        }
    }

    internal static StorageException Taken(string key) => new(new Message("Storage", "Taken", key));

    internal string PathOf(string key)
    {
        ObjectKey.Check(key);
        return Path.Combine(Root, key);
    }
}
