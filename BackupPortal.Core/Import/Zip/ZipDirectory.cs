using System.Buffers.Binary;

namespace BackupPortal.Core.Import.Zip;

/// <summary>
/// Reads the directory of a ZIP, and trusts nothing in it: it must end where the file ends, fit together, and its entries must not share bytes.
/// See APPNOTE.TXT of PKWARE for the format.
/// </summary>
internal static class ZipDirectory
{
    private const int EndBytes = 22;
    private const int LongestComment = 0xFFFF;
    private const int LocatorBytes = 20;
    private const int LongEndBytes = 56;
    private const uint EndSignature = 0x06054b50;
    private const uint LocatorSignature = 0x07064b50;
    private const uint LongEndSignature = 0x06064b50;
    private const int LocalHeaderBytes = 30;

    /// <returns>All entries, in the order in which they are in the file.</returns>
    /// <exception cref="UnfitFileException">It is damaged, cut off, encrypted, too much, or has names that are not safe.</exception>
    public static IReadOnlyList<ZipEntry> Read(IncomingFile file, WorkLimits limits)
    {
        var (count, offset, size) = FindDirectory(file);
        if (count > limits.MostEntries)
            throw ImportText.UnfitWith("TooManyEntries", "TooManyEntriesHint", ImportText.Number(limits.MostEntries));
        // An entry takes 46 bytes at least: a count that cannot be is not believed.
        if (count * DirectoryEntry.LeastBytes > size)
            throw ImportText.Unfit("ZipDamaged");
        var reader = new DirectoryEntry(file, offset, offset + size);
        var entries = new List<ZipEntry>((int)count);
        for (long number = 0; number < count; number++)
        {
            limits.CancellationToken.ThrowIfCancellationRequested();
            entries.Add(reader.ReadNext());
        }
        if (!reader.IsAtEnd)
            throw ImportText.Unfit("ZipDamaged");
        entries.Sort(static (one, other) => one.Offset.CompareTo(other.Offset));
        CheckApart(entries, offset);
        CheckNames(entries);
        return entries;
    }

    private static (long Count, long Offset, long Size) FindDirectory(IncomingFile file)
    {
        var tail = new byte[(int)Math.Min(file.Length, EndBytes + LongestComment)];
        file.Read(tail, file.Length - tail.Length);
        for (var at = tail.Length - EndBytes; at >= 0; at--)
        {
            var end = tail.AsSpan(at);
            // The comment is the last there is: what follows it does not belong to the file.
            if (BinaryPrimitives.ReadUInt32LittleEndian(end) == EndSignature && BinaryPrimitives.ReadUInt16LittleEndian(end[20..]) == end.Length - EndBytes)
                return ReadEnd(file, end, file.Length - tail.Length + at);
        }
        throw ImportText.Unfit("ZipCutOff");
    }

    private static (long Count, long Offset, long Size) ReadEnd(IncomingFile file, ReadOnlySpan<byte> end, long at)
    {
        long count = BinaryPrimitives.ReadUInt16LittleEndian(end[10..]);
        long size = BinaryPrimitives.ReadUInt32LittleEndian(end[12..]);
        long offset = BinaryPrimitives.ReadUInt32LittleEndian(end[16..]);
        var (disk, first, here) = (BinaryPrimitives.ReadUInt16LittleEndian(end[4..]), BinaryPrimitives.ReadUInt16LittleEndian(end[6..]), BinaryPrimitives.ReadUInt16LittleEndian(end[8..]));
        if (disk is not (0 or 0xFFFF) || first is not (0 or 0xFFFF) || here != count)
            throw ImportText.UnfitWith("ZipSplit", "ZipSplitHint");
        if (count == 0xFFFF || size == 0xFFFFFFFF || offset == 0xFFFFFFFF)
        {
            if (ReadLongEnd(file, at) is { } found)
                (count, offset, size, at) = found;
        }
        if (count < 0 || offset < 0 || size < 0 || offset > at || size != at - offset)
            throw ImportText.Unfit("ZipDamaged");
        return (count, offset, size);
    }

    /// <summary>Null when there is none: exactly 65,535 entries are possible without.</summary>
    private static (long Count, long Offset, long Size, long At)? ReadLongEnd(IncomingFile file, long at)
    {
        Span<byte> locator = stackalloc byte[LocatorBytes];
        if (at < LocatorBytes || file.Read(locator, at - LocatorBytes) < LocatorBytes || BinaryPrimitives.ReadUInt32LittleEndian(locator) != LocatorSignature)
            return null;
        var longAt = BinaryPrimitives.ReadInt64LittleEndian(locator[8..]);
        Span<byte> end = stackalloc byte[LongEndBytes];
        if (longAt < 0 || longAt > at - LocatorBytes - LongEndBytes || file.Read(end, longAt) < LongEndBytes
            || BinaryPrimitives.ReadUInt32LittleEndian(end) != LongEndSignature
            || BinaryPrimitives.ReadInt64LittleEndian(end[4..]) != at - LocatorBytes - longAt - 12)
        {
            throw ImportText.Unfit("ZipDamaged");
        }
        return (BinaryPrimitives.ReadInt64LittleEndian(end[32..]), BinaryPrimitives.ReadInt64LittleEndian(end[48..]), BinaryPrimitives.ReadInt64LittleEndian(end[40..]), longAt);
    }

    // The same bytes unpacked a thousand times are the densest bombs there are.
    private static void CheckApart(List<ZipEntry> entries, long directory)
    {
        for (var number = 0; number < entries.Count; number++)
        {
            var next = number + 1 < entries.Count ? entries[number + 1].Offset : directory;
            var entry = entries[number] = entries[number] with { Next = next };
            if (entry.StoredBytes > directory || entry.Offset > next - LocalHeaderBytes - entry.NameBytes - entry.StoredBytes)
                throw ImportText.Unfit("ZipOverlaps", ImportText.Shown(entry.Name));
        }
    }

    private static void CheckNames(List<ZipEntry> entries)
    {
        var kinds = new Dictionary<string, bool>(entries.Count, StringComparer.Ordinal);
        foreach (var entry in entries)
            if (!kinds.TryAdd(entry.Name, entry.IsFolder))
                throw ImportText.Unfit("EntryTwice", ImportText.Shown(entry.Name));
        foreach (var entry in entries)
        {
            for (var slash = entry.Name.LastIndexOf('/'); slash > 0; slash = entry.Name.LastIndexOf('/', slash - 1))
                if (kinds.TryGetValue(entry.Name[..slash], out var isFolder) && !isFolder)
                    throw ImportText.Unfit("EntryBelowFile", ImportText.Shown(entry.Name), ImportText.Shown(entry.Name[..slash]));
        }
    }
}
