using System.Text;

namespace BackupPortal.Core.Encryption;

/// <summary>A file with a master key in it.</summary>
public static class MasterKeyFile
{
    private const int MostBytes = 4096;

    private const UnixFileMode others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Writes a new file that is its owner's alone, and syncs it.</summary>
    /// <exception cref="EncryptionException">It is there already, or cannot be written.</exception>
    public static async Task CreateAsync(string path, MasterKey key, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            await using var file = new FileStream(path, options);
            await file.WriteAsync(Encoding.ASCII.GetBytes(key.Reveal() + "\n"), cancellationToken);
            file.Flush(flushToDisk: true);
        }
        catch (IOException) when (File.Exists(path))
        {
            throw EncryptionFault.FileExists(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EncryptionFault.NotWritten(path, e);
        }
    }

    /// <exception cref="EncryptionException">It cannot be read, or others than its owner may read it.</exception>
    internal static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var file = File.OpenHandle(path);
            // Of the open file, so that it is this one.
            if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & others) != 0)
                throw EncryptionFault.FileIsOpen(path);
            var bytes = new byte[MostBytes];
            var length = await RandomAccess.ReadAsync(file, bytes, 0, cancellationToken);
            return Encoding.ASCII.GetString(bytes, 0, length);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw EncryptionFault.SourceFailed(path, e.Message, e);
        }
    }
}
