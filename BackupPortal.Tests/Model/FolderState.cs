using System.Globalization;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace BackupPortal.Tests.Model;

/// <summary>What is in a folder: each entry's path, and everything of it that a restore brings back.</summary>
[UnsupportedOSPlatform("windows")]
internal static class FolderState
{
    public static IReadOnlyDictionary<string, string> Of(string root)
    {
        var entries = new Dictionary<string, string>(StringComparer.Ordinal);
        Add(new DirectoryInfo(root), root, entries);
        return entries;
    }

    /// <summary>In words how two folders differ; null when they do not.</summary>
    public static string? Difference(IReadOnlyDictionary<string, string> expected, IReadOnlyDictionary<string, string> found)
    {
        var path = expected.Keys.Union(found.Keys).Order(StringComparer.Ordinal)
            .FirstOrDefault(path => expected.GetValueOrDefault(path) != found.GetValueOrDefault(path));
        return path is null ? null : $"'{path}' is [{found.GetValueOrDefault(path) ?? "missing"}], not [{expected.GetValueOrDefault(path) ?? "missing"}]";
    }

    private static void Add(DirectoryInfo folder, string root, Dictionary<string, string> entries)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
        {
            entries.Add(Path.GetRelativePath(root, entry.FullName), Describe(entry));
            if (entry is DirectoryInfo { LinkTarget: null } inner)
                Add(inner, root, entries);
        }
    }

    private static string Describe(FileSystemInfo entry)
    {
        // The file system's own 100 ns; a finer part is not seen by the runtime.
        var time = entry.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture);
        if (entry.LinkTarget is { } target)
            return $"link {time} {target}";
        var mode = Convert.ToString((int)entry.UnixFileMode, 8);
        return entry is FileInfo file
            ? $"file {mode} {time} {file.Length} {Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(file.FullName)).AsSpan(0, 8))}"
            : $"folder {mode} {time}";
    }
}
