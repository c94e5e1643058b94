using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using BackupPortal.Core.Import;

namespace BackupPortal.Tests.Import;

/// <summary>Writes ZIPs as nobody should: every field can be another than it ought to be.</summary>
internal sealed class TestZip
{
    public const int File = 0x81A4; // S_IFREG, 0644
    public const int Folder = 0x41ED; // S_IFDIR, 0755
    public const int Link = 0xA1FF; // S_IFLNK

    private readonly List<Entry> entries = [];

    public TestZip Add(string name, string content, int mode = File) => Add(name, Encoding.UTF8.GetBytes(content), mode);

    public TestZip Add(string name, byte[] content, int mode = File) => Add(new Entry(Encoding.UTF8.GetBytes(name), content, mode));

    public TestZip Add(Entry entry)
    {
        entries.Add(entry);
        return this;
    }

    public byte[] ToBytes(int? countInEnd = null, string comment = "")
    {
        using var zip = new MemoryStream();
        var offsets = new List<long>();
        foreach (var entry in entries)
        {
            offsets.Add(entry.OffsetInDirectory ?? zip.Length);
            if (entry.OffsetInDirectory is null)
                entry.WriteLocal(zip);
        }
        var directory = zip.Length;
        foreach (var (entry, offset) in entries.Zip(offsets))
            entry.WriteDirectory(zip, offset);
        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, 0x06054b50);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)(countInEnd ?? entries.Count));
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)(countInEnd ?? entries.Count));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)(zip.Length - directory));
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)directory);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(20), (ushort)comment.Length);
        zip.Write(end);
        zip.Write(Encoding.ASCII.GetBytes(comment));
        return zip.ToArray();
    }

    /// <param name="Mode">Kind and permissions; 0 for a program that knows none.</param>
    /// <param name="ClaimedSize">What it says that it unpacks to; null for the truth.</param>
    internal sealed record Entry(
        byte[] Name, byte[] Content, int Mode = File, ushort Flags = 0x0800, ushort? Method = null, long? ClaimedSize = null, uint? Checksum = null,
        long? OffsetInDirectory = null, byte[]? NameInFront = null)
    {
        private readonly byte[] stored = Deflate(Content);

        public void WriteLocal(Stream zip)
        {
            var header = new byte[30];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x04034b50);
            WriteCommon(header.AsSpan(4));
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(26), (ushort)(NameInFront ?? Name).Length);
            zip.Write(header);
            zip.Write(NameInFront ?? Name);
            zip.Write(stored);
        }

        public void WriteDirectory(Stream zip, long offset)
        {
            var header = new byte[46];
            BinaryPrimitives.WriteUInt32LittleEndian(header, 0x02014b50);
            header[5] = (byte)(Mode == 0 ? 0 : 3);
            WriteCommon(header.AsSpan(6));
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(28), (ushort)Name.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(38), (uint)Mode << 16);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), (uint)offset);
            zip.Write(header);
            zip.Write(Name);
        }

        // From the needed version to the size, which both headers have alike.
        private void WriteCommon(Span<byte> header)
        {
            var checksum = default(Crc32);
            checksum.Append(Content);
            BinaryPrimitives.WriteUInt16LittleEndian(header[2..], Flags);
            BinaryPrimitives.WriteUInt16LittleEndian(header[4..], Method ?? 8);
            BinaryPrimitives.WriteUInt32LittleEndian(header[6..], 0x5A8B6000); // 11.04.2025, 12:00
            BinaryPrimitives.WriteUInt32LittleEndian(header[10..], Checksum ?? checksum.Value);
            BinaryPrimitives.WriteUInt32LittleEndian(header[14..], (uint)stored.Length);
            BinaryPrimitives.WriteUInt32LittleEndian(header[18..], (uint)(ClaimedSize ?? Content.Length));
        }

        private static byte[] Deflate(byte[] content)
        {
            using var target = new MemoryStream();
            using (var deflate = new DeflateStream(target, CompressionLevel.Optimal))
                deflate.Write(content);
            return target.ToArray();
        }
    }
}
