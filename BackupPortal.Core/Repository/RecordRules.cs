using System.Buffers;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>What a reader relies on in a record, however it came about: names are names, and numbers are possible.</summary>
internal static class RecordRules
{
    private const int LeastPageSize = 512;
    private const int MostPageSize = 65536;

    // SQLite's own limit.
    private const long MostPages = 4_294_967_294;

    private static readonly SearchValues<char> hexadecimal = SearchValues.Create("0123456789abcdef");

    public static bool AreKept(SnapshotRecord record) =>
        record.Database is { PageSize: >= LeastPageSize and <= MostPageSize, PageCount: >= 0 and <= MostPages }
        && IsHex(record.Database.RootHash, RepositoryLayout.HashSize)
        && IsHex(record.Database.MapHash, RepositoryLayout.HashSize)
        && IsHex(record.Files.ManifestHash, RepositoryLayout.HashSize)
        && record.Packs.All(pack => IsHex(pack, PackFormat.PackIdSize));

    // A list may hold null, whatever its type says.
    private static bool IsHex(string? text, int bytes) => text is not null && text.Length == 2 * bytes && !text.AsSpan().ContainsAnyExcept(hexadecimal);
}
