using System.Runtime.InteropServices;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>Gives a file, folder or link the owner, mode and time that are noted for it. Links are not followed.</summary>
internal static partial class FileAttributesCopy
{
    private const int WorkingDirectory = -100;
    private const int NoFollow = 0x100;

    /// <returns>False when the owner could not be set, which only a privileged process may do.</returns>
    public static bool Apply(string path, FileEntry entry)
    {
        var owned = Own(path, entry.UserId, entry.GroupId);
        // After the owner: a change of owner clears the set-id bits.
        if (entry.Kind != FileEntryKind.Link && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)entry.Mode);
        SetModified(path, entry.ModifiedUnixNanoseconds);
        return owned;
    }

    /// <summary>Owner and mode of one file given to another.</summary>
    public static void Apply(string path, FileStamp like)
    {
        Own(path, like.UserId, like.GroupId);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, (UnixFileMode)like.Mode);
    }

    private static bool Own(string path, int user, int group) =>
        OperatingSystem.IsWindows() || ChangeOwner(path, user, group) == 0
        || FileStamp.Find(path) is { } now && now.UserId == user && now.GroupId == group;

    private static void SetModified(string path, long unixNanoseconds)
    {
        if (!OperatingSystem.IsLinux())
        {
            File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddTicks(unixNanoseconds / 100));
            return;
        }

        var time = new TimeSpec
        {
            Seconds = (nint)Math.DivRem(unixNanoseconds, 1_000_000_000, out var nanoseconds),
            Nanoseconds = (nint)nanoseconds,
        };
        if (nanoseconds < 0)
            time = new TimeSpec { Seconds = time.Seconds - 1, Nanoseconds = (nint)(nanoseconds + 1_000_000_000) };
        if (SetTimes(WorkingDirectory, path, [time, time], NoFollow) != 0)
            throw new IOException($"The time of {path} cannot be set: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int user, int group);

    [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetTimes(int folder, string path, [In] TimeSpec[] accessedAndModified, int flags);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
