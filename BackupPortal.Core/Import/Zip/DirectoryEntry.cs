using System.Buffers.Binary;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Import.Zip;

/// <summary>Reads the entries of a ZIP's directory one after the other.</summary>
internal sealed class DirectoryEntry(IncomingFile file, long begin, long end)
{
    public const int LeastBytes = 46;

    private const uint Signature = 0x02014b50;
    private const int EncryptedFlags = 0x0001 | 0x0040 | 0x2000;
    private const int StoredMethod = 0;
    private const int DeflatedMethod = 8;
    private const int KindBits = 0xF000;
    private const int PermissionBits = 0x1FF;

    // Systems whose entries have a mode in the upper half of their attributes.
    private const int Unix = 3;
    private const int MacOs = 19;

    private long position = begin;

    public bool IsAtEnd => position == end;

    /// <exception cref="UnfitFileException">It is damaged, encrypted, or of a kind that is not taken.</exception>
    public ZipEntry ReadNext()
    {
        Span<byte> header = stackalloc byte[LeastBytes];
        Read(header);
        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != Signature)
            throw ImportText.Unfit("ZipDamaged");
        var name = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header[28..])];
        var extra = new byte[BinaryPrimitives.ReadUInt16LittleEndian(header[30..])];
        var comment = BinaryPrimitives.ReadUInt16LittleEndian(header[32..]);
        Read(name);
        Read(extra);
        position += comment;
        return Make(header, EntryNames.Read(name), name.Length, extra);
    }

    private static ZipEntry Make(ReadOnlySpan<byte> header, string name, int nameBytes, ReadOnlySpan<byte> extra)
    {
        var shown = ImportText.Shown(name);
        if ((BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) & EncryptedFlags) != 0)
            throw ImportText.UnfitWith("ZipEncrypted", "ZipEncryptedHint", shown);
        var method = BinaryPrimitives.ReadUInt16LittleEndian(header[10..]);
        if (method is not (StoredMethod or DeflatedMethod))
            throw ImportText.UnfitWith("ZipMethod", "ZipMethodHint", shown, ImportText.Number(method));
        if (BinaryPrimitives.ReadUInt16LittleEndian(header[34..]) is not (0 or 0xFFFF))
            throw ImportText.UnfitWith("ZipSplit", "ZipSplitHint");
        long stored = BinaryPrimitives.ReadUInt32LittleEndian(header[20..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(header[24..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(header[42..]);
        ExtraFields.Widen(extra, ref size, ref stored, ref offset);
        if (stored < 0 || size < 0 || offset < 0 || (method == StoredMethod && stored != size))
            throw ImportText.Unfit("ZipDamaged");
        var (kind, mode) = KindOf(header, name, shown);
        return new ZipEntry(
            kind == FileEntryKind.Folder ? name.TrimEnd('/') : name, nameBytes, kind, mode, ExtraFields.ModifiedOf(extra, BinaryPrimitives.ReadUInt32LittleEndian(header[12..])),
            method == DeflatedMethod, BinaryPrimitives.ReadUInt32LittleEndian(header[16..]), stored, size, offset);
    }

    private static (FileEntryKind Kind, int? Mode) KindOf(ReadOnlySpan<byte> header, string name, string shown)
    {
        var mode = header[5] is Unix or MacOs ? (int)(BinaryPrimitives.ReadUInt32LittleEndian(header[38..]) >> 16) : 0;
        FileEntryKind? kind = (mode & KindBits) switch
        {
            0 => name.EndsWith('/') ? FileEntryKind.Folder : FileEntryKind.File,
            0x8000 => FileEntryKind.File,
            0x4000 => FileEntryKind.Folder,
            0xA000 => FileEntryKind.Link,
            _ => null,
        };
        if (kind is null || (kind == FileEntryKind.Folder) != name.EndsWith('/'))
            throw ImportText.Unfit("EntrySpecial", shown);
        // Who runs as somebody else by the file's own wish is nothing that may come from outside.
        return (kind.Value, mode == 0 ? null : mode & PermissionBits);
    }

    private void Read(Span<byte> target)
    {
        if (target.Length > end - position || file.Read(target, position) < target.Length)
            throw ImportText.Unfit("ZipDamaged");
        position += target.Length;
    }
}
