using System.Runtime.InteropServices;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Gives a file, folder or link another name on its file system. Unlike the runtime's own call it moves a link whatever it leads to: one to a folder, or to
/// nothing, is to the runtime no file.
/// </summary>
internal static partial class FileMove
{
    /// <exception cref="IOException">There is something at <paramref name="to"/> already, or the system refuses.</exception>
    public static void Run(string from, string to)
    {
        if (FileStamp.Find(to) is not null)
            throw new IOException($"{from} cannot be moved: there is something at {to} already.");
        if (!OperatingSystem.IsWindows())
        {
            if (Rename(from, to) != 0)
                throw new IOException($"{from} cannot be moved to {to}: {Marshal.GetLastPInvokeErrorMessage()}");
            return;
        }

        if (Directory.Exists(from))
            Directory.Move(from, to);
        else
            File.Move(from, to);
    }

    [LibraryImport("libc", EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rename(string from, string to);
}
