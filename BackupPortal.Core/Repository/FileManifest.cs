using System.Text;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>A files manifest and its bytes: the same entries and packs always give the same bytes. Immutable.</summary>
/// <param name="Packs">The packs that the entries name, each once; see <see cref="PackOrder"/>.</param>
/// <param name="Entries">Ordered by path (ordinal).</param>
internal sealed record FileManifest(IReadOnlyList<string> Packs, IReadOnlyList<FileEntry> Entries)
{
    public const int Version = 1;

    private static Encoding Utf8 => ByteWriter.StrictUtf8;

    public static FileManifest Empty { get; } = new([], []);

    /// <param name="entries">Ordered by path (ordinal).</param>
    /// <param name="before">The manifest before, so that the difference between the two is small.</param>
    public static FileManifest Of(IReadOnlyList<FileEntry> entries, FileManifest before) =>
        new(PackOrder.Of(before.Packs, entries.SelectMany(entry => entry.Pieces).Select(piece => piece.Pack)), entries);

    public ReadOnlyMemory<byte> ToBytes()
    {
        var packs = Packs.Select((pack, number) => (pack, number)).ToDictionary(item => item.pack, item => item.number, StringComparer.Ordinal);
        var owners = Entries.Select(Owner).Distinct().Order().ToList();
        var writer = new ByteWriter();
        writer.Number(Version);
        writer.Number(Packs.Count);
        foreach (var pack in Packs)
            writer.Hex(pack);
        writer.Number(owners.Count);
        foreach (var (mode, user, group) in owners)
        {
            writer.Number(mode);
            writer.Signed(user);
            writer.Signed(group);
        }
        writer.Number(Entries.Count);
        var before = new ManifestCursor(packs.Count);
        foreach (var entry in Entries)
            WriteEntry(writer, entry, before, packs, owners);
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
        var entries = new FileEntry[reader.Count(5)];
        var before = new ManifestCursor(packs.Length);
        for (var i = 0; i < entries.Length; i++)
            entries[i] = ReadEntry(ref reader, before, packs, owners);
        reader.End();
        return ManifestRules.FindProblem(entries) is { } problem ? throw new InvalidDataException(problem) : new FileManifest(packs, entries);
    }

    private static (int Mode, int User, int Group) Owner(FileEntry entry) => (entry.Mode, entry.UserId, entry.GroupId);

    private static void WriteEntry(
        ByteWriter writer, FileEntry entry, ManifestCursor before, Dictionary<string, int> packs, List<(int Mode, int User, int Group)> owners)
    {
        var path = Utf8.GetBytes(entry.Path);
        var shared = before.Path.AsSpan().CommonPrefixLength(path);
        writer.Number(shared);
        writer.Number(path.Length - shared);
        writer.Bytes(path.AsSpan(shared));
        writer.Number((int)entry.Kind);
        writer.Number(owners.BinarySearch(Owner(entry)));
        writer.Signed(entry.ModifiedUnixNanoseconds - before.ModifiedUnixNanoseconds);
        before.Move(path, entry.ModifiedUnixNanoseconds);
        if (entry.Kind == FileEntryKind.Link)
            writer.Text(entry.LinkTarget ?? "");
        if (entry.Kind != FileEntryKind.File)
            return;
        writer.Number(entry.SizeBytes);
        writer.Hex(entry.Sha256!);
        writer.Number(entry.Pieces.Count);
        foreach (var piece in entry.Pieces)
        {
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
        byte[] path = [.. before.Path.AsSpan(0, shared), .. reader.Bytes(reader.Count())];
        if (path.Length > ManifestRules.MaxPathBytes)
            throw reader.Malformed();
        var kind = (FileEntryKind)reader.Number((int)FileEntryKind.Link);
        var (mode, user, group) = owners.Length > 0 ? owners[reader.Number(owners.Length - 1)] : throw reader.Malformed();
        var modified = before.ModifiedUnixNanoseconds + reader.Signed();
        before.Move(path, modified);
        var target = kind == FileEntryKind.Link ? reader.Text() : null;
        if (kind != FileEntryKind.File)
            return new FileEntry(TextOf(path, reader), kind, 0, modified, mode, user, group, target, null, []);
        var size = reader.Number();
        var hash = reader.Hex(RepositoryLayout.HashSize);
        var pieces = new FilePiece[reader.Count(4)];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = ReadPiece(ref reader, before, packs);
        return pieces.Sum(piece => (long)piece.Length) == size
            ? new FileEntry(TextOf(path, reader), kind, size, modified, mode, user, group, null, hash, pieces)
            : throw reader.Malformed();
    }

    private static string TextOf(byte[] path, ByteReader reader)
    {
        try
        {
            return Utf8.GetString(path);
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
