using System.Buffers.Binary;
using System.Numerics;

namespace BackupPortal.Core.Import;

/// <summary>What the first hundred bytes of a database file say of it. See https://www.sqlite.org/fileformat.html.</summary>
/// <param name="IsWal">Whether the last program that wrote to it used a write-ahead log.</param>
internal sealed record DatabaseHeader(int PageSize, bool IsWal)
{
    public const int Bytes = 100;

    private const int NewestFormat = 2;

    /// <param name="header">As much as the file has, up to <see cref="Bytes"/>.</param>
    /// <param name="length">Of the file.</param>
    /// <exception cref="UnfitFileException">It is no database, or not a whole one.</exception>
    public static DatabaseHeader Read(ReadOnlySpan<byte> header, long length)
    {
        if (header.Length < Bytes || !header.StartsWith("SQLite format 3\0"u8))
            throw ImportText.Unfit("DatabaseCutOff");
        var stored = BinaryPrimitives.ReadUInt16BigEndian(header[16..]);
        var pageSize = stored == 1 ? 65536 : stored;
        // Write version, read version, and the fixed fractions of a page.
        if (pageSize < 512 || !BitOperations.IsPow2(pageSize) || header[18] is 0 or > NewestFormat || header[19] is 0 or > NewestFormat
            || header[21] != 64 || header[22] != 32 || header[23] != 32)
        {
            throw ImportText.Unfit("DatabaseHeaderDamaged");
        }
        CheckLength(header, length, pageSize);
        return new DatabaseHeader(pageSize, header[18] == NewestFormat || header[19] == NewestFormat);
    }

    private static void CheckLength(ReadOnlySpan<byte> header, long length, int pageSize)
    {
        var pages = BinaryPrimitives.ReadUInt32BigEndian(header[28..]);
        // Programs of before 2010 do not keep the number of pages; then these two differ.
        var isKept = pages > 0 && BinaryPrimitives.ReadUInt32BigEndian(header[24..]) == BinaryPrimitives.ReadUInt32BigEndian(header[92..]);
        if (length % pageSize != 0 || (isKept && length < pages * (long)pageSize))
            throw ImportText.Unfit("DatabaseCutOff");
        if (isKept && length > pages * (long)pageSize)
            throw ImportText.UnfitWith("DatabaseTooLong", "DatabaseTooLongHint");
    }
}
