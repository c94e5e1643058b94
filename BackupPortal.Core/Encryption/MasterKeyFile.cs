using System.Text;

namespace BackupPortal.Core.Encryption;

/// <summary>A file with a master key in it.</summary>
internal static class MasterKeyFile
{
    private const int MostBytes = 4096;

    private const UnixFileMode others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <exception cref="EncryptionException">It cannot be read, or others than its owner may read it.</exception>
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken)
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
