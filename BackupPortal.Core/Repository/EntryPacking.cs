using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The form of <see cref="CompactEntries"/>: each block of entries by itself, but for packs and owners, which are numbered. Only ever in memory. Unpacking is safe
/// for concurrent use.
/// </summary>
internal sealed class EntryPacking
{
    private const int KindMask = 3;
    private const int HasContent = 4;
    private const int HasTarget = 8;

    private readonly NumberedValues<string> packs = new();
    private readonly NumberedValues<(int Mode, int User, int Group)> owners = new();
    private readonly ByteWriter writer = new(8 * 1024);
    private readonly PathBytes path = new();

    public IReadOnlyList<string> Packs => packs.Values;

    /// <summary>Modes and owners, each once.</summary>
    public IReadOnlyList<(int Mode, int User, int Group)> Owners => owners.Values;

    /// <summary>Gives what is said over and over in an entry its numbers.</summary>
    public void Note(FileEntry entry)
    {
        owners.NumberOf((entry.Mode, entry.UserId, entry.GroupId));
        for (var i = 0; i < entry.Pieces.Count; i++)
            packs.NumberOf(entry.Pieces[i].Pack);
    }

    public byte[] Pack(List<FileEntry> entries)
    {
        writer.Clear();
        path.Clear();
        foreach (var entry in entries)
            Write(entry);
        return writer.Written.ToArray();
    }

    public FileEntry[] Unpack(ReadOnlySpan<byte> bytes, int count)
    {
        var reader = new ByteReader(bytes);
        var before = new PathBytes();
        var entries = new FileEntry[count];
        for (var i = 0; i < count; i++)
            entries[i] = Read(ref reader, before);
        return entries;
    }

    private void Write(FileEntry entry)
    {
        var shared = path.Move(entry.Path);
        writer.Number(shared);
        writer.Number(path.Length - shared);
        writer.Bytes(path.Span[shared..]);
        writer.Number((int)entry.Kind | (entry.Hash is null ? 0 : HasContent) | (entry.LinkTarget is null ? 0 : HasTarget));
        writer.Number(owners.NumberOf((entry.Mode, entry.UserId, entry.GroupId)));
        writer.Number(entry.SizeBytes);
        writer.Signed(entry.ModifiedUnixNanoseconds);
        if (entry.Hash is { } hash)
            writer.Hash(hash);
        if (entry.LinkTarget is { } target)
            writer.Text(target);
        writer.Number(entry.Pieces.Count);
        for (var i = 0; i < entry.Pieces.Count; i++)
            Write(entry.Pieces[i]);
    }

    private void Write(FilePiece piece)
    {
        writer.Number(packs.NumberOf(piece.Pack));
        writer.Number(piece.Frame);
        writer.Number(piece.Offset);
        writer.Number(piece.Length);
    }

    private FileEntry Read(ref ByteReader reader, PathBytes before)
    {
        before.Move(shared: (int)reader.Number(), reader.Bytes(reader.Count()));
        var marks = (int)reader.Number();
        var (mode, user, group) = owners.Values[(int)reader.Number()];
        var size = reader.Number();
        var modified = reader.Signed();
        ContentHash? hash = (marks & HasContent) == 0 ? null : ContentHash.Of(reader.Bytes(RepositoryLayout.HashSize));
        var target = (marks & HasTarget) == 0 ? null : reader.Text();
        var pieces = reader.Count() is > 0 and var count ? new FilePiece[count] : [];
        for (var i = 0; i < pieces.Length; i++)
            pieces[i] = new FilePiece(packs.Values[(int)reader.Number()], (int)reader.Number(), (int)reader.Number(), (int)reader.Number());
        return new FileEntry(before.Text, (FileEntryKind)(marks & KindMask), size, modified, mode, user, group, target, null, pieces) { Hash = hash };
    }
}
