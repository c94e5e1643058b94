using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Names and limits of the repository format; see docs/repository-format.md.</summary>
internal static class RepositoryLayout
{
    public const int Format = 1;

    public const int HashSize = SHA256.HashSizeInBytes;

    public const string SnapshotsFolder = "snapshots";

    /// <summary>Raw bytes of a frame of pages.</summary>
    public const int PageFrameSize = 512 * 1024;

    /// <summary>Raw bytes of a frame that small files share.</summary>
    public const int FrameSize = 256 * 1024;

    /// <summary>Raw bytes of a piece of a large file.</summary>
    public const int PieceSize = 1024 * 1024;

    /// <summary>No frame is larger; a larger number in a footer is damage.</summary>
    public const int MaxFrameSize = 16 * 1024 * 1024;

    /// <summary>A pack is closed once it has this many bytes; half of what the format allows, so that proving one pack overlaps writing the next.</summary>
    public const int PackSize = 32 * 1024 * 1024;

    /// <summary>SQLite never reads or writes the page at this offset; it is stored as zeros.</summary>
    public const long LockPageOffset = 1L << 30;

    private const string SnapshotSuffix = ".json";

    public static string PackKey(string pack) => $"packs/{pack.AsSpan(0, 2)}/{pack}.pack";

    public static string MapKey(string hash) => $"maps/{hash}";

    public static string ManifestKey(string hash) => $"manifests/{hash}";

    public static string SnapshotKey(SnapshotId id) => $"{SnapshotsFolder}/{id.Value}{SnapshotSuffix}";

    public static SnapshotId? SnapshotOf(string key) =>
        key.EndsWith(SnapshotSuffix, StringComparison.Ordinal)
        && SnapshotId.TryParse(key[(SnapshotsFolder.Length + 1)..^SnapshotSuffix.Length], out var id)
            ? id
            : null;

    public static string NewPack() => RandomNumberGenerator.GetHexString(32, lowercase: true);

    public static string Hex(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(bytes);
}
