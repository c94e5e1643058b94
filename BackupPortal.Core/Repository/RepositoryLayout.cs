using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Names and limits of the repository format; see docs/repository-format.md.</summary>
internal static class RepositoryLayout
{
    public const int Format = 1;

    public const int HashSize = SHA256.HashSizeInBytes;

    public const string SnapshotsFolder = "snapshots";

    public const string MapsFolder = "maps";

    public const string ManifestsFolder = "manifests";

    public const string PacksFolder = "packs";

    public const string TombstonesFolder = "tombstones";

    /// <summary>Raw bytes of a frame of pages.</summary>
    public const int PageFrameSize = 1024 * 1024;

    /// <summary>Raw bytes of a frame that small files share. Files from this size on are cut into pieces.</summary>
    public const int FrameSize = 256 * 1024;

    /// <summary>No frame is larger; a larger number in a footer is damage.</summary>
    public const int MaxFrameSize = 16 * 1024 * 1024;

    /// <summary>A pack is closed once it has this many bytes; half of what the format allows, so that proving one pack overlaps writing the next.</summary>
    public const int PackSize = 32 * 1024 * 1024;

    private static readonly SearchValues<char> lowerHex = SearchValues.Create("0123456789abcdef");

    private const string SnapshotSuffix = ".json";

    // packs/xx/ in front, .pack behind.
    private const int PackIdStart = 9;
    private const int PackIdLength = 32;
    private const int PackKeyLength = PackIdStart + PackIdLength + 5;

    public static string PackKey(string pack) => $"{PacksFolder}/{pack.AsSpan(0, 2)}/{pack}.pack";

    public static string MapKey(string hash) => $"{MapsFolder}/{hash}";

    public static string ManifestKey(string hash) => $"{ManifestsFolder}/{hash}";

    /// <param name="revision">0 for the record as the backup wrote it; pruning writes higher ones when it moves what a snapshot refers to.</param>
    public static string SnapshotKey(SnapshotId id, int revision = 0) => revision == 0
        ? $"{SnapshotsFolder}/{id.Value}{SnapshotSuffix}"
        : string.Create(CultureInfo.InvariantCulture, $"{SnapshotsFolder}/{id.Value}.{revision}{SnapshotSuffix}");

    public static SnapshotId? SnapshotOf(string key) => RecordOf(key)?.Id;

    /// <summary>Which record a key of the snapshots' folder names; null when it names none.</summary>
    public static (SnapshotId Id, int Revision)? RecordOf(string key)
    {
        if (!key.EndsWith(SnapshotSuffix, StringComparison.Ordinal))
            return null;
        var name = key[(SnapshotsFolder.Length + 1)..^SnapshotSuffix.Length];
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var revision = 0;
        if (dot >= 0 && (!int.TryParse(name.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out revision) || revision == 0))
            return null;
        return SnapshotId.TryParse(dot < 0 ? name : name[..dot], out var id) && SnapshotKey(id, revision) == key ? (id, revision) : null;
    }

    public static bool IsTombstones(string key) => IsHex(key, TombstonesFolder);

    /// <summary>True for a key that can be a pack's, a map's or a manifest's.</summary>
    public static bool IsContent(string key) => IsHex(key, MapsFolder) || IsHex(key, ManifestsFolder) || PackOf(key) is not null;

    /// <summary>The pack that a key names; null when it names none.</summary>
    public static string? PackOf(string key) =>
        key.Length == PackKeyLength && IsLowerHex(key.AsSpan(PackIdStart, PackIdLength)) && PackKey(key.Substring(PackIdStart, PackIdLength)) == key
            ? key.Substring(PackIdStart, PackIdLength)
            : null;

    public static string NewPack() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    private static bool IsHex(string key, string folder) =>
        key.Length == folder.Length + 1 + (2 * HashSize)
        && key.StartsWith(folder, StringComparison.Ordinal) && key[folder.Length] == '/' && IsLowerHex(key.AsSpan(folder.Length + 1));

    private static bool IsLowerHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(lowerHex);

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
