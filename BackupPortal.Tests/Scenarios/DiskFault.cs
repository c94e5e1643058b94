using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Scenarios;

/// <summary>What disks do to files.</summary>
internal static class DiskFault
{
    private const int PageSize = 4096;

    /// <summary>Changes content in the middle, and nothing that a look at the file would tell.</summary>
    public static void Rot(string path)
    {
        var before = FileStamp.Find(path)!;
        Damage(path);
        SetTime(path, before);
    }

    /// <summary>Gives a file the time, the mode and the owner that it once had, to the nanosecond.</summary>
    public static void SetTime(string path, FileStamp before) => FileAttributesCopy.Apply(path, new FileEntry(
        "", FileEntryKind.File, before.SizeBytes, before.ModifiedUnixNanoseconds, before.Mode, before.UserId, before.GroupId, null, null, []));

    /// <summary>The same as somebody who writes: the file's time tells.</summary>
    public static void Damage(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite);
        var isLarge = stream.Length > 8 * PageSize;
        // Not the first page: the header stays.
        stream.Position = isLarge ? 2 * PageSize : stream.Length / 2;
        stream.Write(Enumerable.Repeat((byte)0xAB, isLarge ? 5 * PageSize : 1).ToArray());
    }
}
