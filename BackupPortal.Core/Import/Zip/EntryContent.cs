using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;

namespace BackupPortal.Core.Import.Zip;

/// <summary>Unpacks what is in one entry, and checks it on the way.</summary>
internal sealed class EntryContent(IncomingFile file, WorkLimits limits)
{
    private const int LocalHeaderBytes = 30;
    private const uint LocalSignature = 0x04034b50;
    private const int EncryptedFlags = 0x0001 | 0x0040 | 0x2000;

    private readonly byte[] buffer = new byte[256 * 1024];

    /// <param name="target">Null to read only.</param>
    /// <returns>The SHA-256 of the content.</returns>
    /// <exception cref="UnfitFileException">It is not what the directory says of it.</exception>
    public byte[] Unpack(ZipEntry entry, Stream? target)
    {
        var begin = FindContent(entry);
        using var stored = file.OpenPart(begin, entry.StoredBytes);
        using var content = entry.IsDeflated ? new DeflateStream(stored, CompressionMode.Decompress) : stored;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var checksum = default(Crc32);
        long size = 0;
        try
        {
            while (content.Read(buffer) is > 0 and var read)
            {
                if ((size += read) > entry.SizeBytes)
                    throw ImportText.Unfit("EntryTooLong", ImportText.Shown(entry.Name));
                limits.Count(read);
                var piece = buffer.AsSpan(0, read);
                checksum.Append(piece);
                hash.AppendData(piece);
                target?.Write(piece);
            }
        }
        catch (InvalidDataException)
        {
            throw Damaged(entry);
        }
        return size == entry.SizeBytes && checksum.Value == entry.Crc32 ? hash.GetHashAndReset() : throw Damaged(entry);
    }

    /// <summary>The same for what is read into memory.</summary>
    /// <param name="most">Bytes; more is refused.</param>
    public byte[] Read(ZipEntry entry, int most)
    {
        if (entry.SizeBytes > most)
            throw ImportText.Unfit("EntryTooLarge", ImportText.Shown(entry.Name));
        using var content = new MemoryStream();
        Unpack(entry, content);
        return content.ToArray();
    }

    // What stands before an entry must say the same as the directory: programs differ in which of the two they believe.
    private long FindContent(ZipEntry entry)
    {
        Span<byte> header = stackalloc byte[LocalHeaderBytes];
        if (file.Read(header, entry.Offset) < LocalHeaderBytes || BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalSignature)
            throw Damaged(entry);
        var (nameBytes, extraBytes) = (BinaryPrimitives.ReadUInt16LittleEndian(header[26..]), BinaryPrimitives.ReadUInt16LittleEndian(header[28..]));
        var name = new byte[nameBytes];
        var begin = entry.Offset + LocalHeaderBytes + nameBytes + extraBytes;
        if (nameBytes != entry.NameBytes || file.Read(name, entry.Offset + LocalHeaderBytes) < nameBytes
            || EntryNames.Read(name).TrimEnd('/') != entry.Name
            || (BinaryPrimitives.ReadUInt16LittleEndian(header[6..]) & EncryptedFlags) != 0
            || BinaryPrimitives.ReadUInt16LittleEndian(header[8..]) != (entry.IsDeflated ? 8 : 0))
        {
            throw Damaged(entry);
        }
        return begin + entry.StoredBytes <= entry.Next ? begin : throw ImportText.Unfit("ZipOverlaps", ImportText.Shown(entry.Name));
    }

    private static UnfitFileException Damaged(ZipEntry entry) => ImportText.Unfit("EntryDamaged", ImportText.Shown(entry.Name));
}
