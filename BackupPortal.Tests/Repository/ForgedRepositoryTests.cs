using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Repository;

/// <summary>Objects that make no sense although all their hashes fit: as somebody would make them who wants to do harm.</summary>
public sealed partial class ForgedRepositoryTests : IAsyncLifetime
{
    private const int Attempts = 400;
    private const long MostBytesForNothing = 32 * 1024 * 1024;

    private readonly TestFolder folder = new();
    private readonly TinyRepository tiny;

    public ForgedRepositoryTests() => tiny = new TinyRepository(folder);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private TinySnapshot Newest => tiny.Snapshots[^1];

    public async ValueTask InitializeAsync() => await tiny.MakeAsync();

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("maps")]
    [InlineData("manifests")]
    public async Task Document_MutatedWithAFittingName_NeverCrashesAReader(string kind)
    {
        var (key, hash) = kind == "maps"
            ? (RepositoryLayout.MapKey(Newest.Record.Database.MapHash), Newest.Record.Database.MapHash)
            : (RepositoryLayout.ManifestKey(Newest.Record.Files.ManifestHash), Newest.Record.Files.ManifestHash);
        var raw = await new SealedDocument(tiny.Store, Compression.Best, new RepositoryRig(folder, tiny.Store).Repository.Cipher).ReadAsync(key, hash, Cancel);
        for (var seed = 0; seed < Attempts; seed++)
        {
            var forged = Mutation.Of(raw, seed);
            var name = RepositoryLayout.Hex(SHA256.HashData(forged));
            var forgedKey = $"{kind}/{name}";
            var isNew = !tiny.Store.Objects.ContainsKey(forgedKey);
            if (isNew)
                tiny.Store.Objects[forgedKey] = Document(FrameCodec.Raw, forged.Length, forged);
            await ReadAsync(
                kind == "maps"
                    ? Newest.Record with { Database = Newest.Record.Database with { MapHash = name } }
                    : Newest.Record with { Files = Newest.Record.Files with { ManifestHash = name } },
                $"{kind}, seed {seed}");
            if (isNew)
                tiny.Store.Objects.Remove(forgedKey);
        }
    }

    [Fact]
    public async Task Footer_MutatedWithAFittingHash_NeverCrashesAReader()
    {
        foreach (var pack in Newest.Record.Packs)
        {
            var key = RepositoryLayout.PackKey(pack);
            var whole = tiny.Store.Objects[key];
            var trailer = whole.AsSpan(whole.Length - PackFormat.TrailerSize).ToArray();
            var stored = BinaryPrimitives.ReadInt32LittleEndian(trailer);
            var raw = new byte[BinaryPrimitives.ReadInt32LittleEndian(trailer.AsSpan(4))];
            Assert.True(Compression.Best.Decode((FrameCodec)trailer[8], whole.AsSpan(whole.Length - trailer.Length - stored, stored), raw, default, key));
            for (var seed = 0; seed < Attempts / 4; seed++)
            {
                var forged = Mutation.Of(raw, seed);
                BinaryPrimitives.WriteInt32LittleEndian(trailer, forged.Length);
                BinaryPrimitives.WriteInt32LittleEndian(trailer.AsSpan(4), forged.Length);
                trailer[8] = (byte)FrameCodec.Raw;
                SHA256.HashData(forged, trailer.AsSpan(16));
                tiny.Store.Objects[key] = [.. whole[..^(PackFormat.TrailerSize + stored)], .. forged, .. trailer];
                await ReadAsync(Newest.Record, $"footer of {key}, seed {seed}");
            }
            tiny.Store.Objects[key] = whole;
        }
    }

    [Fact]
    public async Task Record_MutatedWithAFittingChecksum_NeverCrashesAReader()
    {
        var key = RepositoryLayout.SnapshotKey(Newest.Id);
        var whole = Encoding.UTF8.GetString(tiny.Store.Objects[key]);
        var values = Values().Matches(whole);
        string[] others = ["-1", "0", "99999999999999999999", "9223372036854775807", "4294967294", "1e99", "null", "\"\"", "\"../../etc\"", "\"\\ud800\"", "[]", "{}", "[null]"];
        foreach (var value in values.AsEnumerable())
        {
            foreach (var other in others)
            {
                var text = Encoding.UTF8.GetBytes(whole[..value.Groups["value"].Index] + other + whole[(value.Groups["value"].Index + value.Groups["value"].Length)..]);
                tiny.Store.Objects[key] = WithChecksum(text);
                await ReadAsync(null, $"{value.Value} is {other}");
            }
        }
    }

    [Fact]
    public async Task Document_ThatClaimsAGigabyte_IsRefusedWithoutMakingRoomForIt()
    {
        foreach (var codec in Enum.GetValues<FrameCodec>())
        {
            var key = RepositoryLayout.MapKey(Newest.Record.Database.MapHash);
            tiny.Store.Objects[key] = Document(codec, 1 << 30, codec == FrameCodec.ZstdDelta ? Convert.FromHexString(tiny.Snapshots[0].Record.Database.MapHash) : new byte[70]);
            var documents = new SealedDocument(tiny.Store, Compression.Best, new RepositoryRig(folder, tiny.Store).Repository.Cipher);

            var before = GC.GetAllocatedBytesForCurrentThread();
            var failure = await Assert.ThrowsAsync<RepositoryException>(() => documents.ReadAsync(key, Newest.Record.Database.MapHash, Cancel));

            Assert.Contains(key, failure.Message, StringComparison.Ordinal);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytesForNothing);
        }
    }

    [Theory]
    [InlineData((int)FrameCodec.Raw)]
    [InlineData((int)FrameCodec.Zstd)]
    [InlineData((int)FrameCodec.Brotli)]
    public async Task Footer_ThatClaimsAQuarterOfAGigabyte_IsRefusedWithoutMakingRoomForIt(int codec)
    {
        var pack = Newest.Record.Packs[0];
        var bytes = tiny.Store.Objects[RepositoryLayout.PackKey(pack)];
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(bytes.Length - PackFormat.TrailerSize + 4), 1 << 28);
        bytes[^(PackFormat.TrailerSize - 8)] = (byte)codec;
        using var packs = new PackShelf(tiny.Store, Compression.Best, new RepositoryRig(folder, tiny.Store).Repository.Cipher);

        var before = GC.GetAllocatedBytesForCurrentThread();
        await Assert.ThrowsAsync<RepositoryException>(() => packs.GetAsync(pack, Cancel).AsTask());

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytesForNothing);
    }

    [Fact]
    public async Task Map_OfMorePagesThanADatabaseCanHave_IsRefused()
    {
        foreach (var pageCount in new[] { 1L << 28, 4_294_967_294, 1L << 40, long.MaxValue })
        {
            var map = new PageMap(512, pageCount, [], [new PageRun(pageCount, PageRun.Zeros, 0)]).ToBytes();
            var name = RepositoryLayout.Hex(SHA256.HashData(map.Span));
            tiny.Store.Objects[RepositoryLayout.MapKey(name)] = Document(FrameCodec.Raw, map.Length, map.Span);
            var before = GC.GetAllocatedBytesForCurrentThread();

            var failure = await ReadAsync(Newest.Record with { Database = Newest.Record.Database with { MapHash = name, PageCount = pageCount, PageSize = 512 } }, "");

            Assert.NotNull(failure);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytesForNothing);
        }
    }

    [Theory]
    [InlineData("../out", null)]
    [InlineData("/etc/passwd", null)]
    [InlineData("a//b", null)]
    [InlineData("a/./b", null)]
    [InlineData("a\0b", null)]
    [InlineData("link/below", "link")]
    [InlineData("z", "")]
    public void Manifest_ThatLeadsOutOfItsFolder_IsRefused(string path, string? link)
    {
        FileEntry Entry(string at, string? target) => new(at, target is null ? FileEntryKind.Folder : FileEntryKind.Link, 0, 0, 0x1FF, 0, 0, target, null, []);
        var entries = new List<FileEntry> { Entry(path, null) };
        if (link is not null)
            entries.Insert(0, Entry(link.Length == 0 ? "y" : link, link.Length == 0 ? "" : "/etc"));

        FileManifest Read(params IReadOnlyCollection<FileEntry> forged) => FileManifest.Parse(FileManifest.ToBytes([], [(0x1FF, 0, 0)], forged, 0).Span);
        Assert.Throws<InvalidDataException>(() => Read(entries));
        Assert.Throws<InvalidDataException>(() => Read(Entry("b", null), Entry("a", null)));
        Assert.Throws<InvalidDataException>(() => Read(Entry("a", null), Entry("a", null)));
        Assert.Equal(2, Read(Entry("a", null), Entry("a/b", null)).Entries.Count);
    }

    /// <summary>Reads everything in each way. Any failure but one that a person can understand fails the test, and so does a database that is not the one.</summary>
    /// <param name="record">Null to leave the record as it is.</param>
    private async Task<string?> ReadAsync(SnapshotRecord? record, string forgery)
    {
        if (record is not null)
            tiny.Store.Objects[RepositoryLayout.SnapshotKey(Newest.Id)] = RecordDocument.Write(record);
        var target = folder["forged"];
        try
        {
            var reader = await tiny.OpenAsync(Newest);
            await reader.CheckPresenceAsync(Cancel);
            await reader.VerifyAsync(null, Cancel);
            foreach (var file in reader.Files.Where(file => file.Kind == FileEntryKind.File))
                await reader.WriteContentAsync(file, Stream.Null, Cancel);
            await reader.WriteDatabaseAsync(target, null, Cancel);
            SameBytes.Check(Newest.Database, await File.ReadAllBytesAsync(target, Cancel));
            return null;
        }
        catch (PortalException e)
        {
            return e.Message;
        }
        catch (Exception e) when (e is not Xunit.Sdk.IAssertionException)
        {
            Assert.Fail($"{forgery}: {e}");
            return null;
        }
        finally
        {
            File.Delete(target);
        }
    }

    private static byte[] Document(FrameCodec codec, long rawLength, ReadOnlySpan<byte> stored) =>
        [.. "BPDOC\r\n\0"u8, 1, 0, (byte)codec, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(rawLength), .. stored];

    private static byte[] WithChecksum(byte[] document)
    {
        document.AsSpan(document.Length - 68, 64).Fill((byte)'0');
        Encoding.ASCII.GetBytes(RepositoryLayout.Hex(SHA256.HashData(document)), document.AsSpan(document.Length - 68, 64));
        return document;
    }

    [GeneratedRegex("""(?m)^ *("\w+": )?(?<value>[^\s\[{}\]]+?),?$""")]
    private static partial Regex Values();
}
