using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Sources;

/// <summary>What .NET alone can tell of a file, for systems other than Linux: no owner, and no identity, so that hard links are not recognised.</summary>
internal static class PortableFileStatus
{
    public static FileStatus Look(string path)
    {
        var attributes = File.GetAttributes(path);
        FileSystemInfo info = attributes.HasFlag(FileAttributes.Directory) ? new DirectoryInfo(path) : new FileInfo(path);
        var kind = info.LinkTarget is not null ? FileEntryKind.Link
            : info is DirectoryInfo ? FileEntryKind.Folder
            : FileEntryKind.File;
        var modified = (info.LastWriteTimeUtc - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var mode = OperatingSystem.IsWindows() ? 0x1ED : (int)info.UnixFileMode;
        return new FileStatus(kind, info is FileInfo file ? file.Length : 0, modified, modified, mode, 0, 0, default, 1);
    }
}
