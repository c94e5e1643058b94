using System.Runtime.InteropServices;

namespace BackupPortal.Core.Storage;

/// <summary>
/// Gives a file, folder or link another name on its file system unless that name is taken, in one step. The runtime's own move looks first and renames then: of
/// two that move to one name at once, both would succeed, and the first one's file would be gone. Also, a link to a folder, or to nothing, is no file to it.
/// </summary>
internal static partial class ExclusiveRename
{
    private const int WorkingDirectory = -100;
    private const uint NoReplace = 1;

    // errno of Linux.
    private const int NoSuchFile = 2;
    private const int Exists = 17;
    private const int InvalidArgument = 22;
    private const int NoSuchCall = 38;

    /// <returns>False, and nothing was done, when there is something at <paramref name="to"/>.</returns>
    /// <exception cref="IOException">The system refuses; <see cref="Exception.HResult"/> is its error number.</exception>
    public static bool TryRun(string from, string to)
    {
        if (!OperatingSystem.IsLinux())
            return TryMove(from, to);
        if (RenameAt2(WorkingDirectory, from, WorkingDirectory, to, NoReplace) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        return error switch
        {
            Exists => false,
            // Old kernels, and some network file systems.
            InvalidArgument or NoSuchCall => TryLink(from, to),
            _ => throw Failure(error, from, to),
        };
    }

    /// <summary>For file systems that cannot rename like that: a second name for the file, which is refused when it is taken, then the first one away.</summary>
    internal static bool TryLink(string from, string to)
    {
        // No second names for folders; but only an empty folder is ever replaced by one.
        if (new FileInfo(from).LinkTarget is null && Directory.Exists(from))
            return TryMove(from, to);
        if (Link(from, to) != 0)
        {
            var error = Marshal.GetLastPInvokeError();
            return error == Exists ? false : throw Failure(error, from, to);
        }
        File.Delete(from);
        return true;
    }

    private static bool TryMove(string from, string to)
    {
        try
        {
            if (Directory.Exists(from))
                Directory.Move(from, to);
            else
                File.Move(from, to, overwrite: false);
            return true;
        }
        catch (IOException) when (Path.Exists(to) && Path.Exists(from))
        {
            return false;
        }
    }

    private static IOException Failure(int error, string from, string to)
    {
        var message = $"'{from}' cannot be moved to '{to}': {Marshal.GetPInvokeErrorMessage(error)}";
        return error == NoSuchFile ? new FileNotFoundException(message, from) : new IOException(message, error);
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string from, string to);
}
