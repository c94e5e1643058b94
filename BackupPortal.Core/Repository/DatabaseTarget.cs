using BackupPortal.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Repository;

/// <summary>The new file that a database is written to. It is gone again unless <see cref="Complete"/> was called.</summary>
internal sealed class DatabaseTarget : IDisposable
{
    // Bytes. Written out while the next ones are decoded, so that hardly anything is left to wait for at the end.
    private const long FlushAfter = 64 * 1024 * 1024;

    private readonly string path;
    private readonly SafeFileHandle handle;
    private readonly Lock gate = new();
    private Task flushing = Task.CompletedTask;
    private long unflushed;
    private bool isComplete;

    private DatabaseTarget(string path, SafeFileHandle handle)
    {
        this.path = path;
        this.handle = handle;
    }

    /// <param name="length">Of the whole file; what is never written reads as zeros.</param>
    /// <exception cref="StorageException">It exists already, or cannot be created.</exception>
    public static DatabaseTarget Create(string path, long length) => Guard(path, () =>
    {
        var target = new DatabaseTarget(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
        try
        {
            RandomAccess.SetLength(target.handle, length);
            return target;
        }
        catch
        {
            target.Dispose();
            throw;
        }
    });

    /// <summary>Safe for concurrent use.</summary>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
            if (Interlocked.Add(ref unflushed, bytes.Length) >= FlushAfter)
                FlushAhead();
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    public void Complete() => Guard(path, () =>
    {
        flushing.GetAwaiter().GetResult();
        RandomAccess.FlushToDisk(handle);
        DirectorySync.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
        return isComplete = true;
    });

    public void Dispose()
    {
        // A failure was told by Complete, or matters no more.
        flushing.ContinueWith(static _ => { }, TaskScheduler.Default).Wait();
        handle.Dispose();
        if (!isComplete)
            File.Delete(path);
    }

    private void FlushAhead()
    {
        lock (gate)
        {
            if (!flushing.IsCompletedSuccessfully)
                return;
            Interlocked.Exchange(ref unflushed, 0);
            flushing = Task.Run(() => RandomAccess.FlushToDisk(handle));
        }
    }

    private static T Guard<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }
}
