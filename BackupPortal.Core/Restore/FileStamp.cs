using System.Runtime.InteropServices;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Restore;

/// <summary>What the file system says about one path. Looks only: the file is never opened, and a link is not followed.</summary>
/// <param name="Identity">Stays with the file when it is renamed; no two files of one file system have the same.</param>
/// <param name="Device">Which file system it is on.</param>
/// <param name="Kind">Null for what is neither file, folder nor link.</param>
internal sealed partial record FileStamp(
    string Identity, string Device, long SizeBytes, long ModifiedUnixNanoseconds, int Mode, int UserId, int GroupId, FileEntryKind? Kind)
{
    private const int WorkingDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint BasicFacts = 0x7ff;

    /// <summary>Null when there is nothing.</summary>
    public static FileStamp? Find(string path) => OperatingSystem.IsLinux() ? FindOnLinux(path) : FindElsewhere(path);

    private static FileStamp? FindOnLinux(string path)
    {
        if (StatX(WorkingDirectory, path, NoFollow, BasicFacts, out var found) != 0)
            return null;
        var device = $"{found.DeviceMajor}:{found.DeviceMinor}";
        return new FileStamp(
            $"{device}:{found.Inode}", device, (long)found.Size,
            (found.ModifiedSeconds * 1_000_000_000) + found.ModifiedNanoseconds,
            found.Mode & 0xFFF, (int)found.UserId, (int)found.GroupId, KindOf(found.Mode & 0xF000));
    }

    private static FileEntryKind? KindOf(int type) => type switch
    {
        0x8000 => FileEntryKind.File,
        0x4000 => FileEntryKind.Folder,
        0xA000 => FileEntryKind.Link,
        _ => null,
    };

    // Without an inode number a file is known by its size and time, which a rename does not change either.
    private static FileStamp? FindElsewhere(string path)
    {
        FileSystemInfo found = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        if (!found.Exists && found.LinkTarget is null)
            return null;
        var size = found is FileInfo file && found.LinkTarget is null ? file.Length : 0;
        var modified = (found.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * 100;
        FileEntryKind kind = found.LinkTarget is not null ? FileEntryKind.Link
            : found is DirectoryInfo ? FileEntryKind.Folder : FileEntryKind.File;
        var mode = OperatingSystem.IsWindows() ? 0 : (int)found.UnixFileMode;
        return new FileStamp($"{size}-{modified}", Path.GetPathRoot(path) ?? "", size, modified, mode, 0, 0, kind);
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int StatX(int directory, string path, int flags, uint wanted, out StatXResult found);

    /// <summary>struct statx of linux/stat.h; its layout is the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatXResult
    {
        [FieldOffset(20)]
        public uint UserId;

        [FieldOffset(24)]
        public uint GroupId;

        [FieldOffset(28)]
        public ushort Mode;

        [FieldOffset(32)]
        public ulong Inode;

        [FieldOffset(40)]
        public ulong Size;

        [FieldOffset(112)]
        public long ModifiedSeconds;

        [FieldOffset(120)]
        public uint ModifiedNanoseconds;

        [FieldOffset(136)]
        public uint DeviceMajor;

        [FieldOffset(140)]
        public uint DeviceMinor;
    }
}
