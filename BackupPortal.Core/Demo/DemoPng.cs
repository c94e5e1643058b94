using System.Buffers.Binary;
using System.IO.Compression;

namespace BackupPortal.Core.Demo;

/// <summary>Draws the photo of somebody who does not exist, as a PNG.</summary>
internal static class DemoPng
{
    private const int Width = 90;
    private const int Height = 120;

    private static readonly uint[] _crcTable = BuildCrcTable();

    public static byte[] Portrait(DemoRandom random)
    {
        using var png = new MemoryStream();
        png.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        var header = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, Width);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(4), Height);
        header[8] = 8; // bits per channel
        header[9] = 2; // red, green, blue
        WriteChunk(png, "IHDR"u8, header);
        WriteChunk(png, "IDAT"u8, Compress(Draw(random)));
        WriteChunk(png, "IEND"u8, []);
        return png.ToArray();
    }

    /// <summary>A head before a plain wall, with the grain of a photograph, so that the picture compresses as badly as a real one.</summary>
    private static byte[] Draw(DemoRandom random)
    {
        var wall = random.NextBits();
        var skin = random.Between(120, 230);
        var hair = random.Between(20, 150);
        var rows = new byte[Height * (1 + Width * 3)];
        var at = 0;
        for (var y = 0; y < Height; y++)
        {
            at++; // each row begins with its filter: none
            for (var x = 0; x < Width; x++)
            {
                var grain = random.NextBits();
                var head = Square(x - 45, 26) + Square(y - 52, 34);
                for (var channel = 0; channel < 3; channel++)
                {
                    var wallTone = 100 + (int)((wall >> (channel * 8)) & 0x7F) - y / 2;
                    var tone = head > 1 ? wallTone : y < 36 ? hair : skin - channel * 25;
                    rows[at++] = (byte)Math.Clamp(tone + (int)((grain >> (channel * 4)) & 0x0F), 0, 255);
                }
            }
        }

        return rows;
    }

    private static double Square(double distance, double radius) => distance / radius * (distance / radius);

    private static byte[] Compress(byte[] rows)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Fastest))
            zlib.Write(rows);
        return compressed.ToArray();
    }

    private static void WriteChunk(MemoryStream png, ReadOnlySpan<byte> type, byte[] data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        png.Write(number);
        png.Write(type);
        png.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Crc(Crc(uint.MaxValue, type), data));
        png.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> data)
    {
        foreach (var value in data)
            crc = _crcTable[(byte)(crc ^ value)] ^ (crc >> 8);
        return crc;
    }

    private static uint[] BuildCrcTable()
    {
        var table = new uint[256];
        for (uint index = 0; index < 256; index++)
        {
            var value = index;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[index] = value;
        }

        return table;
    }
}
