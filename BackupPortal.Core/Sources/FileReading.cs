using BackupPortal.Core.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Sources;

/// <summary>
/// Reads one file's content as it was when it was opened, and can tell whether it changed meanwhile. Never opens a live database, by whatever name.
/// </summary>
internal sealed class FileReading : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle file;
    private readonly FileStream stream;

    private FileReading(string path, SafeFileHandle file)
    {
        this.path = path;
        this.file = file;
        Status = FileSystemCalls.Look(file, path);
        stream = new FileStream(file, FileAccess.Read, bufferSize: 0);
        Content = new BoundedStream(stream, Status.SizeBytes);
    }

    /// <summary>As it was when the file was opened.</summary>
    public FileStatus Status { get; }

    /// <summary>At most as many bytes as the file had when it was opened. Reading it throws <see cref="FileUnreadableException"/> on a fault.</summary>
    public Stream Content { get; }

    /// <exception cref="FileNotFoundException">There is no file of that name, or something else has taken its name.</exception>
    /// <exception cref="FileUnreadableException">It cannot be opened.</exception>
    public static FileReading Open(string path, ExcludedFiles excluded)
    {
        try
        {
            return OpenOrThrow(path, excluded);
        }
        catch (Exception e) when (e is IOException and not FileNotFoundException or UnauthorizedAccessException)
        {
            throw new FileUnreadableException(e);
        }
    }

    /// <summary>True when the file, and what its name leads to, are the same as when it was opened.</summary>
    public bool IsUnchanged() => FileSystemCalls.TryLook(path) == Status && FileSystemCalls.Look(file, path) == Status;

    public void Dispose()
    {
        Content.Dispose();
        stream.Dispose();
        file.Dispose();
    }

    private static FileReading OpenOrThrow(string path, ExcludedFiles excluded)
    {
        var status = FileSystemCalls.Look(path);
        if (status.Kind != FileEntryKind.File || excluded.HasIdentity(status))
            throw new FileNotFoundException(null, path);
        var file = FileSystemCalls.OpenToRead(path);
        try
        {
            return new FileReading(path, file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
