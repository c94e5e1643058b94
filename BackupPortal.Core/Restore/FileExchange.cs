using System.Runtime.InteropServices;
using BackupPortal.Core.Maintenance;

namespace BackupPortal.Core.Restore;

/// <summary>Lets two files of one file system change places.</summary>
internal static partial class FileExchange
{
    private const int WorkingDirectory = -100;
    private const uint Exchange = 2;
    private const int NoSuchCall = 38;
    private const int InvalidArgument = 22;

    /// <summary>Atomic where the system can; elsewhere three renames, which <see cref="Finish"/> completes after a crash.</summary>
    public static void Run(string incoming, string live)
    {
        if (!TryAtomically(incoming, live))
        {
            File.Move(live, AsideOf(incoming));
            File.Move(incoming, live);
            File.Move(AsideOf(incoming), incoming);
        }

        Sync(incoming, live);
    }

    /// <summary>Completes an exchange that ended between its renames: puts back what is aside while the live place is empty. Does nothing otherwise.</summary>
    public static void Finish(string incoming, string live)
    {
        if (!File.Exists(AsideOf(incoming)))
            return;
        File.Move(AsideOf(incoming), File.Exists(live) ? incoming : live);
        Sync(incoming, live);
    }

    private static bool TryAtomically(string incoming, string live)
    {
        if (!OperatingSystem.IsLinux())
            return false;
        if (RenameAt2(WorkingDirectory, incoming, WorkingDirectory, live, Exchange) == 0)
            return true;
        var error = Marshal.GetLastPInvokeError();
        // Old kernels, and some network file systems.
        return error is NoSuchCall or InvalidArgument ? false
            : throw new IOException($"{incoming} and {live} cannot change places: {Marshal.GetPInvokeErrorMessage(error)}");
    }

    private static string AsideOf(string incoming) => incoming + ".aside";

    private static void Sync(string incoming, string live)
    {
        DurableFile.SyncFolder(Path.GetDirectoryName(live)!);
        DurableFile.SyncFolder(Path.GetDirectoryName(incoming)!);
    }

    [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int fromFolder, string from, int toFolder, string to, uint flags);
}
