using System.Buffers.Binary;

namespace BackupPortal.Core.Import;

/// <summary>The checksum of ZIP entries (the reflected polynomial 0xEDB88320), eight bytes at a time.</summary>
internal struct Crc32
{
    private const uint Polynomial = 0xEDB88320;
    private const int Lanes = 8;

    private static readonly uint[] Table = MakeTable();

    private uint inverted;

    public readonly uint Value => inverted;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        var (table, crc) = (Table, ~inverted);
        for (; bytes.Length >= Lanes; bytes = bytes[Lanes..])
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(bytes) ^ crc;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
            crc = table[(7 << 8) | (byte)low] ^ table[(6 << 8) | (byte)(low >> 8)] ^ table[(5 << 8) | (byte)(low >> 16)] ^ table[(4 << 8) | (byte)(low >> 24)]
                ^ table[(3 << 8) | (byte)high] ^ table[(2 << 8) | (byte)(high >> 8)] ^ table[(1 << 8) | (byte)(high >> 16)] ^ table[(byte)(high >> 24)];
        }
        foreach (var one in bytes)
            crc = table[(byte)(crc ^ one)] ^ (crc >> 8);
        inverted = ~crc;
    }

    // Row n says what a byte does that n more bytes follow.
    private static uint[] MakeTable()
    {
        var table = new uint[Lanes << 8];
        for (uint one = 0; one < 256; one++)
        {
            var crc = one;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) != 0 ? (crc >> 1) ^ Polynomial : crc >> 1;
            table[one] = crc;
        }
        for (var at = 256; at < table.Length; at++)
            table[at] = table[(byte)table[at - 256]] ^ (table[at - 256] >> 8);
        return table;
    }
}
