using System.Text;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Repository;

public class ContentRoundTripTests : RepositorySuite
{
    private readonly string database;

    public ContentRoundTripTests()
        : this(isEncrypted: false)
    {
    }

    protected ContentRoundTripTests(bool isEncrypted)
        : base(isEncrypted)
    {
        database = folder["app.db"];
        SampleDatabase.Create(database, 10);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(256 * 1024 - 1)]
    [InlineData(256 * 1024)]
    [InlineData(1024 * 1024 - 1)]
    [InlineData(1024 * 1024)]
    [InlineData(1024 * 1024 + 1)]
    [InlineData(3 * 1024 * 1024)]
    public async Task Read_AnySize_GivesTheSameBytes(int size)
    {
        var rig = new RepositoryRig(folder);
        var content = Noise(size, seed: 1);

        var record = await rig.BackupAsync(database, new Dictionary<string, byte[]> { ["a/b.bin"] = content }, Cancel);

        var reader = await rig.OpenAsync(record.Id, Cancel);
        SameBytes.Check(content, await RepositoryRig.ReadAsync(reader, "a/b.bin", Cancel));
        Assert.Equal(size, reader.Files.Single().SizeBytes);
    }

    [Fact]
    public async Task Read_ManySmallFiles_GivesEachItsBytes()
    {
        var rig = new RepositoryRig(folder);
        var files = Enumerable.Range(0, 2000).ToDictionary(i => $"photos/{i % 7}/Zoë {i}.txt", i => Encoding.UTF8.GetBytes($"content {i} {new string('x', i)}"));

        var record = await rig.BackupAsync(database, files, Cancel);

        var reader = await rig.OpenAsync(record.Id, Cancel);
        Assert.Equal(files.Keys.Order(StringComparer.Ordinal), reader.Files.Select(file => file.Path));
        foreach (var (path, bytes) in files)
            SameBytes.Check(bytes, await RepositoryRig.ReadAsync(reader, path, Cancel));
    }

    [Fact]
    public async Task Manifest_EveryKindAndOddName_ComesBackAsItWas()
    {
        var rig = new RepositoryRig(folder);
        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var stored = await writer.StoreDatabaseAsync(database, null, Cancel);
        var content = await writer.StoreContentAsync(new MemoryStream([1, 2, 3]), Cancel);
        FileEntry[] entries =
        [
            RepositoryRig.File("Zeugnis Größe 😀.pdf", content) with { ModifiedUnixNanoseconds = -5, UserId = -1, GroupId = int.MaxValue, Mode = 0xFFF },
            RepositoryRig.File("Zeugnis Größe 😁.pdf", content),
            new FileEntry("leer", FileEntryKind.Folder, 0, 17, 0x1ED, 0, 0, null, null, []),
            new FileEntry("leer/link", FileEntryKind.Link, 0, 18, 0x1FF, 0, 0, "../außen", null, []),
            RepositoryRig.File(new string('l', 255) + "/" + new string('m', 255), content),
        ];

        var facts = await writer.StoreManifestAsync(entries, Cancel);
        var record = await writer.CommitAsync(rig.Draft(stored, facts), Cancel);

        var reader = await rig.OpenAsync(record.Id, Cancel);
        Assert.Equal(3, record.Files.Count);
        Assert.Equal(
            entries.OrderBy(entry => entry.Path, StringComparer.Ordinal).Select(entry => entry with { Pieces = [] }),
            reader.Files.Select(entry => entry with { Pieces = [] }),
            (a, b) => a with { Pieces = b.Pieces } == b);
        foreach (var file in reader.Files.Where(file => file.Kind == FileEntryKind.File))
            Assert.Equal([1, 2, 3], await RepositoryRig.ReadAsync(reader, file.Path, Cancel));
    }

    [Fact]
    public async Task Backup_FilesUnchanged_AddsTheRecordOnly()
    {
        var rig = new RepositoryRig(folder);
        var files = Enumerable.Range(0, 500).ToDictionary(i => $"{i}.bin", i => Noise(2000, i));
        var first = await rig.BackupAsync(database, files, Cancel);

        var second = await rig.BackupAsync(database, files, Cancel);

        Assert.Equal(first.Files, second.Files);
        Assert.InRange(second.AddedBytes, 1, 2048);
    }

    [Fact]
    public async Task Store_SameContentTwice_IsStoredOnce()
    {
        var rig = new RepositoryRig(folder);
        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var large = Noise(5_000_000, seed: 3);

        var first = await writer.StoreContentAsync(new MemoryStream(large), Cancel);
        var second = await writer.StoreContentAsync(new MemoryStream(large), Cancel);
        var other = await writer.StoreContentAsync(new MemoryStream(Noise(5_000_000, seed: 4)), Cancel);

        Assert.True(first.IsNew);
        Assert.False(second.IsNew);
        Assert.Equal(first.Pieces, second.Pieces);
        Assert.True(other.IsNew);
    }

    [Fact]
    public async Task Backup_ContentThatGainsNothing_IsStoredRaw()
    {
        var rig = new RepositoryRig(folder);
        var noise = Noise(3_000_000, seed: 5);

        var record = await rig.BackupAsync(database, new Dictionary<string, byte[]> { ["photo.txt"] = noise }, Cancel);

        Assert.InRange(record.AddedBytes, noise.Length, noise.Length + 20_000);
        var packs = new PackShelf(rig.Store, Compression.Best, rig.Repository.Cipher);
        var frames = (await packs.GetAsync(record.Packs.Single(), Cancel)).Frames.Where(frame => frame.Kind == FrameKind.FileData);
        Assert.All(frames, frame => Assert.Equal(FrameCodec.Raw, frame.Codec));
    }

    [Fact]
    public async Task Backup_MoreThanAPack_SpreadsOverPacksAndRestores()
    {
        var rig = new RepositoryRig(folder);
        var files = Enumerable.Range(0, 4).ToDictionary(i => $"{i}.mov", i => Noise(20_000_000, i));

        var record = await rig.BackupAsync(database, files, Cancel);

        Assert.InRange(record.Packs.Count, 2, 4);
        var reader = await rig.OpenAsync(record.Id, Cancel);
        foreach (var (path, bytes) in files)
            SameBytes.Check(bytes, await RepositoryRig.ReadAsync(reader, path, Cancel));
        await foreach (var item in rig.Store.ListAsync("packs", Cancel))
            Assert.InRange(item.SizeBytes, 1, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task Store_StreamThatCannotSeek_IsStoredToo()
    {
        var rig = new RepositoryRig(folder);
        var content = Noise(2_500_000, seed: 6);
        await File.WriteAllBytesAsync(folder["source"], content, Cancel);
        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var database = await writer.StoreDatabaseAsync(this.database, null, Cancel);
        await using var source = new System.IO.Compression.BrotliStream(
            new MemoryStream(Pack(content)), System.IO.Compression.CompressionMode.Decompress);

        var stored = await writer.StoreContentAsync(source, Cancel);
        var record = await writer.CommitAsync(rig.Draft(database, await writer.StoreManifestAsync([RepositoryRig.File("a", stored)], Cancel)), Cancel);

        SameBytes.Check(content, await RepositoryRig.ReadAsync(await rig.OpenAsync(record.Id, Cancel), "a", Cancel));
    }

    private static byte[] Pack(byte[] content)
    {
        using var packed = new MemoryStream();
        using (var brotli = new System.IO.Compression.BrotliStream(packed, System.IO.Compression.CompressionLevel.Fastest))
            brotli.Write(content);
        return packed.ToArray();
    }

    private static byte[] Noise(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
