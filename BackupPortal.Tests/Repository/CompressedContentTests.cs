using System.IO.Compression;
using System.Text;
using BackupPortal.Core.Repository;

namespace BackupPortal.Tests.Repository;

/// <summary>Whether compressing pays is tried, never guessed from a name.</summary>
public sealed class CompressedContentTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly RepositoryRig rig;

    public CompressedContentTests()
    {
        rig = new RepositoryRig(folder);
        SampleDatabase.Create(folder["app.db"], 20);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("JPEG", false)]
    [InlineData("PNG", false)]
    [InlineData("ZIP", false)]
    [InlineData("PDF", false)]
    [InlineData("text", true)]
    public async Task Backup_Format_IsStoredRawWhenItIsCompressedAlready(string format, bool isCompressed)
    {
        var content = Make(format);
        Assert.InRange(content.Length, RepositoryLayout.FrameSize, 20_000_000);

        // A misleading name changes nothing.
        var record = await rig.BackupAsync(folder["app.db"], new Dictionary<string, byte[]> { [isCompressed ? "a.jpg" : "a.txt"] = content }, Cancel);

        var reader = await rig.OpenAsync(record.Id, Cancel);
        using var packs = new PackShelf(rig.Store, Compression.Best, rig.Repository.Cipher);
        var frames = new List<FrameEntry>();
        foreach (var piece in reader.Files.Single().Pieces)
            frames.Add((await packs.GetAsync(piece.Pack, Cancel)).Frames[piece.Frame]);
        Assert.All(frames, frame => Assert.Equal(isCompressed ? FrameCodec.Zstd : FrameCodec.Raw, frame.Codec));
        SameBytes.Check(content, await RepositoryRig.ReadAsync(reader, reader.Files.Single().Path, Cancel));
    }

    private static byte[] Make(string format) => format switch
    {
        "JPEG" => Jpeg(),
        "PNG" => Png(),
        "ZIP" => Zip(),
        "PDF" => Pdf(),
        _ => Text(600_000),
    };

    /// <summary>Headers as in a photo, then what entropy-coded data looks like: noise in which 0 follows each 0xFF.</summary>
    private static byte[] Jpeg()
    {
        var noise = Noise(700_000);
        return
        [
            0xFF, 0xD8, 0xFF, 0xE0, 0, 16, .. "JFIF\0"u8, 1, 1, 0, 0, 72, 0, 72, 0, 0,
            0xFF, 0xDB, 0, 67, 0, .. Enumerable.Range(1, 64).Select(i => (byte)i), 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0,
            .. noise.SelectMany(value => value == 0xFF ? new byte[] { 0xFF, 0 } : [value]), 0xFF, 0xD9,
        ];
    }

    private static byte[] Png()
    {
        // Pixels of a photo: each near its neighbour, never the same.
        var pixels = Noise(1_000_000);
        for (var i = 3; i < pixels.Length; i++)
            pixels[i] = i % 3001 == 0 ? (byte)0 : (byte)(128 + ((pixels[i - 3] - 128) * 7 / 8) + (pixels[i] % 32) - 16);
        var data = Deflate(pixels);
        return [0x89, .. "PNG\r\n"u8, 0x1A, (byte)'\n', .. Length(13), .. "IHDR"u8, .. Length(1000), .. Length(333), 8, 2, 0, 0, 0, 1, 2, 3, 4, .. Length(data.Length), .. "IDAT"u8, .. data];
    }

    private static byte[] Zip()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            for (var i = 0; i < 5; i++)
            {
                using var entry = zip.CreateEntry($"report {i}.txt").Open();
                entry.Write(Text(600_000, seed: i));
            }
        }
        return file.ToArray();
    }

    private static byte[] Pdf()
    {
        var page = Deflate(Text(2_500_000));
        return
        [
            .. "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n"u8,
            .. Encoding.ASCII.GetBytes($"3 0 obj\n<< /Length {page.Length} /Filter /FlateDecode >>\nstream\n"), .. page,
            .. "\nendstream\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"u8,
        ];
    }

    private static byte[] Text(int size, int seed = 1)
    {
        var random = new Random(seed);
        var text = new StringBuilder(size + 40);
        while (text.Length < size)
            text.Append(random.Next(100_000)).Append(" pupils wrote ").Append(random.Next(1_000_000)).Append(" essays.\n");
        return Encoding.UTF8.GetBytes(text.ToString(0, size));
    }

    private static byte[] Deflate(byte[] raw)
    {
        using var target = new MemoryStream();
        using (var deflate = new ZLibStream(target, CompressionLevel.Optimal))
            deflate.Write(raw);
        return target.ToArray();
    }

    private static byte[] Length(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(9).NextBytes(bytes);
        return bytes;
    }
}
