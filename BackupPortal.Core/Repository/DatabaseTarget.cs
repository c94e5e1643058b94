using BackupPortal.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Repository;

/// <summary>The new file that a database is written to. It is gone again unless <see cref="CompleteAsync"/> was called.</summary>
internal sealed class DatabaseTarget : IAsyncDisposable
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
    public static DatabaseTarget Create(string path, long length)
    {
        try
        {
            var target = new DatabaseTarget(path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.None));
            try
            {
                RandomAccess.SetLength(target.handle, length);
                return target;
            }
            catch
            {
                target.Close();
                throw;
            }
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

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

    /// <summary>The file stays; it and its name are on the disk when this ends. Nothing may be written any more.</summary>
    /// <exception cref="StorageException">Something written before did not reach the disk.</exception>
    public async Task CompleteAsync()
    {
        try
        {
            await flushing;
            RandomAccess.FlushToDisk(handle);
            DirectorySync.Sync(Path.GetDirectoryName(Path.GetFullPath(path))!);
            isComplete = true;
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A failure was told by CompleteAsync, or matters no more.
        await flushing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        Close();
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

    private void Close()
    {
        handle.Dispose();
        if (!isComplete)
            File.Delete(path);
    }
}
