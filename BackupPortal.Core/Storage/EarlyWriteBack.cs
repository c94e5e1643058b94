using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Storage;

/// <summary>
/// Asks the system to begin writing out what was written to a file, without waiting for it. Otherwise tens of megabytes gather until the file is synced, and
/// whoever else syncs a small change meanwhile, like a school's application, waits for them too: they share the file system's journal.
/// </summary>
internal sealed partial class EarlyWriteBack(FileStream file)
{
    // Bytes. A disk writes that in about a millisecond.
    private const long Portion = 1024 * 1024;
    private const uint BeginWriting = 2; // SYNC_FILE_RANGE_WRITE

    private long begun;

    /// <summary>To be called after each write.</summary>
    public void Continue()
    {
        var written = file.Position;
        if (written - begun < Portion || !OperatingSystem.IsLinux())
            return;
        // Only a hint: that everything is on the disk is what the sync at the end makes sure of, and reports.
        _ = SyncFileRange(file.SafeFileHandle, begun, written - begun, BeginWriting);
        begun = written;
    }

    [LibraryImport("libc", EntryPoint = "sync_file_range")]
    private static partial int SyncFileRange(SafeFileHandle file, long offset, long length, uint flags);
}
