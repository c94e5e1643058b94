using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Storage;

/// <summary>A file without a name, where the system lets it have none: it is gone when it is closed, also by the death of the process.</summary>
internal sealed class ScratchFile : IDisposable
{
    private readonly string path;
    private readonly SafeFileHandle handle;

    /// <param name="folder">On the disk that is to hold it; created when it is missing.</param>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public ScratchFile(string folder)
    {
        path = Path.Combine(folder, $"scratch.{Guid.NewGuid():N}");
        try
        {
            Directory.CreateDirectory(folder);
            handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
            if (!OperatingSystem.IsWindows())
                File.Delete(path);
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    /// <summary>Safe for concurrent use.</summary>
    /// <exception cref="StorageException">The disk is full, or failed.</exception>
    public void Write(ReadOnlySpan<byte> bytes, long offset)
    {
        try
        {
            RandomAccess.Write(handle, bytes, offset);
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    /// <summary>Safe for concurrent use. What was never written reads as zeros, also behind the end.</summary>
    /// <exception cref="StorageException">The disk failed.</exception>
    public void Read(Span<byte> bytes, long offset)
    {
        try
        {
            while (bytes.Length > 0 && RandomAccess.Read(handle, bytes, offset) is > 0 and var read)
            {
                bytes = bytes[read..];
                offset += read;
            }
            bytes.Clear();
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    public void Dispose() => handle.Dispose();
}
