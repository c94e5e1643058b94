using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Sources;

/// <summary>
/// Reads SQLite's list of free pages: a chain of trunk pages, each naming the next one and up to a page full of leaves. A leaf holds nothing that
/// SQLite will ever read; a trunk does, and is not counted as free here.
/// </summary>
internal static class FreePageList
{
    private const int ListHeadOffset = 32;
    private const int ListCountOffset = 36;
    private const int ReservedBytesOffset = 20;
    private const int TrunkHeaderSize = 8;

    /// <param name="file">A closed database.</param>
    /// <returns>Empty when the list makes no sense: then every page is kept as it is, for whoever has to repair the database.</returns>
    public static PageSet Read(SafeFileHandle file, int pageSize, long pageCount)
    {
        var header = new byte[100];
        if (RandomAccess.Read(file, header, 0) < header.Length)
            return PageSet.Empty;
        long trunk = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(ListHeadOffset));
        long expected = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(ListCountOffset));
        if (trunk == 0 || expected > pageCount)
            return PageSet.Empty;
        var mostLeaves = ((pageSize - header[ReservedBytesOffset]) / sizeof(uint)) - 2;
        var free = new PageSet(pageCount);
        var trunks = new PageSet(pageCount);
        var page = new byte[pageSize];
        while (trunk != 0)
        {
            if (trunk < 2 || trunk > pageCount || !trunks.Add(trunk - 1) || RandomAccess.Read(file, page, (trunk - 1) * pageSize) < pageSize)
                return PageSet.Empty;
            var leaves = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(sizeof(uint)));
            if (leaves > mostLeaves)
                return PageSet.Empty;
            for (var i = 0; i < leaves; i++)
            {
                long leaf = BinaryPrimitives.ReadUInt32BigEndian(page.AsSpan(TrunkHeaderSize + (i * sizeof(uint))));
                if (leaf < 2 || leaf > pageCount || !free.Add(leaf - 1))
                    return PageSet.Empty;
            }
            trunk = BinaryPrimitives.ReadUInt32BigEndian(page);
        }
        return free.Count + trunks.Count == expected ? free : PageSet.Empty;
    }
}
