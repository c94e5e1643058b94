using System.Text;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>A files manifest and its bytes: the same entries and packs always give the same bytes. Immutable.</summary>
/// <param name="Packs">The packs that the entries name, each once; see <see cref="PackOrder"/>.</param>
/// <param name="Entries">Ordered by path (ordinal).</param>
internal sealed record FileManifest(IReadOnlyList<string> Packs, CompactEntries Entries)
{
    public const int Version = 1;

    private const int MarginBytes = 64 * 1024;

    public static FileManifest Empty { get; } = new([], new CompactEntries());

    /// <param name="entries">Ordered by path (ordinal).</param>
    /// <param name="before">The manifest before, so that the difference between the two is small.</param>
    public static FileManifest Of(CompactEntries entries, FileManifest before) => new(PackOrder.Of(before.Packs, entries.Packs), entries);

    public ReadOnlyMemory<byte> ToBytes() => ToBytes(Packs, Entries.Owners, Entries, Entries.SizeBytes);

    /// <param name="packs">All that entries name.</param>
    /// <param name="modesAndOwners">All that entries have.</param>
    /// <param name="entriesSize">Bytes that the entries will about take.</param>
    internal static ReadOnlyMemory<byte> ToBytes(
        IReadOnlyList<string> packs, IEnumerable<(int Mode, int User, int Group)> modesAndOwners, IReadOnlyCollection<FileEntry> entries, int entriesSize)
    {
        var numbers = packs.Select((pack, number) => (pack, number)).ToDictionary(item => item.pack, item => item.number, StringComparer.Ordinal);
        var owners = modesAndOwners.Order().ToList();
        // Room for all of it at once: growing would leave as much again behind, more than once.
        var writer = new ByteWriter(entriesSize + (packs.Count * PackFormat.PackIdSize) + MarginBytes);
        writer.Number(Version);
        writer.Number(packs.Count);
        foreach (var pack in packs)
            writer.Hex(pack);
        writer.Number(owners.Count);
        foreach (var (mode, user, group) in owners)
        {
            writer.Number(mode);
            writer.Signed(user);
            writer.Signed(group);
        }
        writer.Number(entries.Count);
        var before = new ManifestCursor(packs.Count);
        foreach (var entry in entries)
            WriteEntry(writer, entry, before, numbers, owners);
        return writer.Written;
    }

    /// <exception cref="InvalidDataException">It is not a manifest.</exception>
    public static FileManifest Parse(ReadOnlySpan<byte> bytes)
    {
        var reader = new ByteReader(bytes);
        if (reader.Number() != Version)
            throw reader.Malformed();
        var packs = new string[reader.Count(PackFormat.PackIdSize)];
        for (var i = 0; i < packs.Length; i++)
            packs[i] = reader.Hex(PackFormat.PackIdSize);
        var owners = new (int, int, int)[reader.Count(3)];
        for (var i = 0; i < owners.Length; i++)
            owners[i] = (reader.Number(0xFFF), unchecked((int)reader.Signed()), unchecked((int)reader.Signed()));
        var entries = new CompactEntries();
        var rules = new ManifestRules();
        var before = new ManifestCursor(packs.Length);
        for (var left = reader.Count(5); left > 0; left--)
        {
            var entry = ReadEntry(ref reader, before, packs, owners);
            if (rules.FindProblem(entry) is { } problem)
                throw new InvalidDataException(problem);
            entries.Add(entry);
        }
        reader.End();
        return new FileManifest(packs, entries);
    }

    private static (int Mode, int User, int Group) Owner(FileEntry entry) => (entry.Mode, entry.UserId, entry.GroupId);

    private static void WriteEntry(
        ByteWriter writer, FileEntry entry, ManifestCursor before, Dictionary<string, int> packs, List<(int Mode, int User, int Group)> owners)
    {
        var shared = before.Path.Move(entry.Path);
        writer.Number(shared);
        writer.Number(before.Path.Length - shared);
        writer.Bytes(before.Path.Span[shared..]);
        writer.Number((int)entry.Kind);
        writer.Number(owners.BinarySearch(Owner(entry)));
        writer.Signed(entry.ModifiedUnixNanoseconds - before.ModifiedUnixNanoseconds);
        before.ModifiedUnixNanoseconds = entry.ModifiedUnixNanoseconds;
        if (entry.Kind == FileEntryKind.Link)
            writer.Text(entry.LinkTarget ?? "");
        if (entry.Kind != FileEntryKind.File)
            return;
        writer.Number(entry.SizeBytes);
        writer.Hash(entry.Hash!.Value);
        writer.Number(entry.Pieces.Count);
        for (var i = 0; i < entry.Pieces.Count; i++)
        {
            var piece = entry.Pieces[i];
            var pack = packs[piece.Pack];
            writer.Number(pack);
            writer.Signed(piece.Frame - before.Frames[pack]);
            writer.Signed(piece.Offset - (before.Frames[pack] == piece.Frame ? before.Ends[pack] : 0));
            writer.Number(piece.Length);
            before.Place(pack, piece);
        }
    }

    private static FileEntry ReadEntry(ref ByteReader reader, ManifestCursor before, string[] packs, (int Mode, int User, int Group)[] owners)
    {
        var shared = reader.Number(before.Path.Length);
        before.Path.Move(shared, reader.Bytes(reader.Count()));
        if (before.Path.Length > ManifestRules.MaxPathBytes)
            throw reader.Malformed();
        var kind = (FileEntryKind)reader.Number((int)FileEntryKind.Link);
        var (mode, user, group) = owners.Length > 0 ? owners[reader.Number(owners.Length - 1)] : throw reader.Malformed();
        var modified = before.ModifiedUnixNanoseconds + reader.Signed();
        before.ModifiedUnixNanoseconds = modified;
        var target = kind == FileEntryKind.Link ? reader.Text() : null;
        if (kind != FileEntryKind.File)
            return new FileEntry(TextOf(before.Path, reader), kind, 0, modified, mode, user, group, target, null, []);
        var size = reader.Number();
        var hash = ContentHash.Of(reader.Bytes(RepositoryLayout.HashSize));
        var pieces = new FilePiece[reader.Count(4)];
        long length = 0;
        for (var i = 0; i < pieces.Length; i++)
            length += (pieces[i] = ReadPiece(ref reader, before, packs)).Length;
        return length == size
            ? new FileEntry(TextOf(before.Path, reader), kind, size, modified, mode, user, group, null, null, pieces) { Hash = hash }
            : throw reader.Malformed();
    }

    private static string TextOf(PathBytes path, ByteReader reader)
    {
        try
        {
            return path.Text;
        }
        catch (DecoderFallbackException)
        {
            throw reader.Malformed();
        }
    }

    private static FilePiece ReadPiece(ref ByteReader reader, ManifestCursor before, string[] packs)
    {
        var pack = packs.Length > 0 ? reader.Number(packs.Length - 1) : throw reader.Malformed();
        var frame = before.Frames[pack] + reader.Signed();
        var offset = (before.Frames[pack] == frame ? before.Ends[pack] : 0) + reader.Signed();
        var length = reader.Number(RepositoryLayout.MaxFrameSize);
        if (frame is < 0 or > int.MaxValue || offset is < 0 or > RepositoryLayout.MaxFrameSize)
            throw reader.Malformed();
        var piece = new FilePiece(packs[pack], (int)frame, (int)offset, length);
        before.Place(pack, piece);
        return piece;
    }
}
