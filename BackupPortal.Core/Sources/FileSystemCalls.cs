using System.Runtime.InteropServices;
using BackupPortal.Core.Snapshots;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Sources;

/// <summary>The system calls for looking at files and for opening one to read it. The only place that binds them.</summary>
internal static unsafe partial class FileSystemCalls
{
    private const int CurrentFolder = -100; // AT_FDCWD
    private const int NoFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const int EmptyPath = 0x1000; // AT_EMPTY_PATH
    private const uint BasicStats = 0x7FF; // STATX_BASIC_STATS
    private const int ReadCloseOnExecNonBlocking = 0x80000 | 0x800; // O_CLOEXEC | O_NONBLOCK: opening a pipe must not wait for its writer

    private static readonly int OpenNoFollow = // O_NOFOLLOW
        RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x8000 : 0x20000;

    /// <exception cref="IOException">With the reason in words; <see cref="FileNotFoundException"/> when there is nothing.</exception>
    public static FileStatus Look(string path, bool follow = false)
    {
        if (!OperatingSystem.IsLinux())
            return PortableFileStatus.Look(path);
        return StatXCall(CurrentFolder, path, follow, out var status) ? From(status) : throw Failure(path);
    }

    /// <summary>Null when there is nothing that can be looked at.</summary>
    public static FileStatus? TryLook(string path, bool follow = false)
    {
        // Without an exception: most files that are looked for beside a database are not there, in each backup.
        if (OperatingSystem.IsLinux())
            return StatXCall(CurrentFolder, path, follow, out var status) ? From(status) : null;
        try
        {
            return PortableFileStatus.Look(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static FileStatus Look(SafeFileHandle file, string path)
    {
        if (!OperatingSystem.IsLinux())
            return PortableFileStatus.Look(path);
        StatX status;
        var added = false;
        try
        {
            file.DangerousAddRef(ref added);
            if (StatXCall((int)file.DangerousGetHandle(), "", EmptyPath, BasicStats, &status) != 0)
                throw Failure(path);
            return From(status);
        }
        finally
        {
            if (added)
                file.DangerousRelease();
        }
    }

    /// <summary>Opens a file for reading: no link is followed, no pipe waited for, no advisory lock taken.</summary>
    /// <exception cref="IOException">With the reason in words; <see cref="FileNotFoundException"/> when there is nothing.</exception>
    public static SafeFileHandle OpenToRead(string path)
    {
        if (!OperatingSystem.IsLinux())
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var file = OpenCall(path, ReadCloseOnExecNonBlocking | OpenNoFollow);
        if (!file.IsInvalid)
            return file;
        var failure = Failure(path);
        file.Dispose();
        throw failure;
    }

    private static bool StatXCall(int folder, string path, bool follow, out StatX status)
    {
        fixed (StatX* place = &status)
            return StatXCall(folder, path, follow ? 0 : NoFollow, BasicStats, place) == 0;
    }

    private static IOException Failure(string path)
    {
        var error = Marshal.GetLastPInvokeError();
        var reason = Marshal.GetPInvokeErrorMessage(error);
        return error is 2 or 20 ? new FileNotFoundException(reason, path) : new IOException(reason); // ENOENT, ENOTDIR
    }

    private static FileStatus From(in StatX status) => new(
        (status.Mode & 0xF000) switch
        {
            0x8000 => FileEntryKind.File,
            0x4000 => FileEntryKind.Folder,
            0xA000 => FileEntryKind.Link,
            _ => null,
        },
        (long)status.Size,
        Nanoseconds(status.ModifiedSeconds, status.ModifiedNanoseconds),
        Nanoseconds(status.ChangedSeconds, status.ChangedNanoseconds),
        status.Mode & 0xFFF,
        (int)status.UserId,
        (int)status.GroupId,
        new FileIdentity(((ulong)status.DeviceMajor << 32) | status.DeviceMinor, status.Inode),
        status.Links);

    private static long Nanoseconds(long seconds, uint nanoseconds) => unchecked((seconds * 1_000_000_000) + nanoseconds);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatXCall(int folder, string path, int flags, uint mask, StatX* status);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle OpenCall(string path, int flags);

    /// <summary>The kernel's <c>struct statx</c>, which is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatX
    {
        [FieldOffset(16)] public uint Links;
        [FieldOffset(20)] public uint UserId;
        [FieldOffset(24)] public uint GroupId;
        [FieldOffset(28)] public ushort Mode;
        [FieldOffset(32)] public ulong Inode;
        [FieldOffset(40)] public ulong Size;
        [FieldOffset(96)] public long ChangedSeconds;
        [FieldOffset(104)] public uint ChangedNanoseconds;
        [FieldOffset(112)] public long ModifiedSeconds;
        [FieldOffset(120)] public uint ModifiedNanoseconds;
        [FieldOffset(136)] public uint DeviceMajor;
        [FieldOffset(140)] public uint DeviceMinor;
    }
}
