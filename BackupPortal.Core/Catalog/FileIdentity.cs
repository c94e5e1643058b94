using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace BackupPortal.Core.Catalog;

/// <summary>Which file a path leads to, whatever its name: hard links of one file are equal. Looks, never opens.</summary>
/// <param name="IsRegular">False for folders, pipes, devices.</param>
internal readonly partial record struct FileIdentity(ulong Device, ulong Inode, bool IsRegular)
{
    private const int FromWorkingDirectory = -100;
    private const uint BasicStats = 0x7ff;

    // struct statx of linux/stat.h has the same layout on every architecture.
    private const int StatxBytes = 256;
    private const int ModeAt = 28;
    private const int InodeAt = 32;
    private const int DeviceMajorAt = 136;
    private const int DeviceMinorAt = 140;

    /// <summary>Null when there is nothing at the path, or when the system is not Linux: then only paths can be compared.</summary>
    public static FileIdentity? Find(string path)
    {
        if (!OperatingSystem.IsLinux())
            return null;
        Span<byte> stat = stackalloc byte[StatxBytes];
        if (StatX(FromWorkingDirectory, path, 0, BasicStats, ref MemoryMarshal.GetReference(stat)) != 0)
            return null;
        var device = ((ulong)Read32(stat, DeviceMajorAt) << 32) | Read32(stat, DeviceMinorAt);
        var inode = BitConverter.ToUInt64(stat[InodeAt..]);
        var mode = BitConverter.ToUInt16(stat[ModeAt..]);
        return new FileIdentity(device, inode, (mode & 0xF000) == 0x8000);
    }

    private static uint Read32(ReadOnlySpan<byte> stat, int at) =>
        BitConverter.IsLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(stat[at..]) : BinaryPrimitives.ReadUInt32BigEndian(stat[at..]);

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int StatX(int directory, string path, int flags, uint mask, ref byte stat);
}
