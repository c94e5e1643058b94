namespace BackupPortal.Core.Catalog;

/// <summary>
/// An exclusive lock of the operating system on a file, between processes and within one. It ends with the process, however that ends; the file stays.
/// </summary>
internal sealed class FileLock : IDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(50);

    private FileLock(FileStream stream) => Stream = stream;

    /// <summary>The locked file, for what its owner wants to leave in it.</summary>
    public FileStream Stream { get; }

    /// <summary>Null when someone else has it. The folder must exist.</summary>
    /// <exception cref="IOException">The file cannot be opened at all.</exception>
    public static FileLock? TryTake(string path)
    {
        try
        {
            return new FileLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException taken) when (MeansTaken(taken))
        {
            return null;
        }
    }

    public static async Task<FileLock> TakeAsync(string path, TimeProvider time, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (TryTake(path) is { } taken)
                return taken;
            await Task.Delay(PollInterval, time, cancellationToken);
        }
    }

    public void Dispose() => Stream.Dispose();

    // EWOULDBLOCK of flock on Linux and macOS; ERROR_SHARING_VIOLATION on Windows.
    private static bool MeansTaken(IOException exception) =>
        exception.HResult == (OperatingSystem.IsWindows() ? unchecked((int)0x80070020) : OperatingSystem.IsMacOS() ? 35 : 11);
}
