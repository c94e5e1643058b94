namespace BackupPortal.Core.Storage;

/// <summary>Files on their way to becoming objects. Those that a dead writer left are cleared away by the next writer.</summary>
internal sealed class TemporaryFiles(string folder, TimeProvider time)
{
    // A live writer's file is locked; the age only covers the moment between creating and locking it.
    private static readonly TimeSpan leastAge = TimeSpan.FromMinutes(10);

    private int isSwept;

    /// <summary>A new locked file; whoever gets it passes it to <see cref="DiscardAsync"/> in the end, renamed or not.</summary>
    public FileStream Create()
    {
        DirectorySync.Create(folder);
        if (Interlocked.Exchange(ref isSwept, 1) == 0)
            Sweep();
        return new FileStream(
            Path.Combine(folder, Guid.NewGuid().ToString("N")), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
    }

    public static async ValueTask DiscardAsync(FileStream stream)
    {
        await stream.DisposeAsync();
        File.Delete(stream.Name);
    }

    private void Sweep()
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
        {
            if (time.GetUtcNow() - file.LastWriteTimeUtc > leastAge && IsAbandoned(file.FullName))
                file.Delete();
        }
    }

    private static bool IsAbandoned(string path)
    {
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return true;
        }
        catch (IOException)
        {
            // Locked by a writer that is alive, or just renamed by it.
            return false;
        }
    }
}
