using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>A content that any snapshot of the tenant has is not stored again.</summary>
public sealed class OlderContentsTests : IDisposable
{
    private const int OnlyTheRecord = 4000;

    private readonly TestFolder folder = new();
    private readonly FaultyStore store = new();
    private readonly RepositoryRig rig;
    private readonly byte[] small = Noise(30_000, 1);
    private readonly byte[] large = Noise(3_000_000, 2);
    private readonly Dictionary<string, byte[]> others = new() { ["other"] = Noise(20_000, 3) };

    public OlderContentsTests()
    {
        rig = new RepositoryRig(folder, store);
        SampleDatabase.Create(folder["app.db"], 20);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Backup_DeletedFilesThatAreBackUnderOtherNames_AddNoPack(int nightsBetween)
    {
        await BackupAsync(new(others) { ["a"] = small, ["b"] = large });
        await BackupAsync(others);
        for (var night = 0; night < nightsBetween; night++)
            await BackupAsync(new(others) { ["new"] = [(byte)night] });
        var packs = PackKeys();

        var last = await BackupAsync(new(others) { ["c/a"] = small, ["c/b"] = large });

        Assert.Equal(packs, PackKeys());
        Assert.InRange(last.AddedBytes, 1, OnlyTheRecord);
        Assert.Empty(await (await rig.OpenAsync(last.Id, Cancel)).VerifyAsync(null, Cancel));
    }

    [Fact]
    public async Task Backup_PackOfTheOldContentGone_StoresItAgain()
    {
        var first = await BackupAsync(new() { ["a"] = small, ["b"] = large });
        await BackupAsync([]);
        foreach (var pack in first.Packs)
            store.Objects.Remove(RepositoryLayout.PackKey(pack));

        var last = await BackupAsync(new() { ["a"] = small, ["b"] = large });

        Assert.Empty(await (await rig.OpenAsync(last.Id, Cancel)).VerifyAsync(null, Cancel));
    }

    [Theory]
    [InlineData("record")]
    [InlineData("manifest")]
    public async Task Backup_OlderSnapshotDamaged_StoresItAgainAndSaysSo(string what)
    {
        var first = await BackupAsync(new() { ["a"] = small });
        await BackupAsync([]);
        var key = what == "record" ? RepositoryLayout.SnapshotKey(first.Id) : RepositoryLayout.ManifestKey(first.Files.ManifestHash);
        store.Objects[key][^30] ^= 1;

        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var last = await rig.BackupAsync(writer, folder["app.db"], new Dictionary<string, byte[]> { ["a"] = small }, Cancel);

        Assert.Contains(writer.Notices, notice => notice.Contains(Path.GetFileNameWithoutExtension(key), StringComparison.Ordinal));
        Assert.Empty(await (await rig.OpenAsync(last.Id, Cancel)).VerifyAsync(null, Cancel));
    }

    [Fact]
    public async Task Backup_NothingNew_ReadsNoOlderManifest()
    {
        for (var night = 0; night < 3; night++)
            await BackupAsync(new(others) { ["new"] = [(byte)night] });
        await using (var writer = await rig.Repository.BeginAsync(Cancel))
        {
            foreach (var key in store.Objects.Keys.Where(key => key.StartsWith("manifests/", StringComparison.Ordinal)).ToList())
                store.Objects.Remove(key);

            var stored = await writer.StoreContentAsync(new MemoryStream([2]), "new", Cancel);

            Assert.False(stored.IsNew);
            Assert.Empty(writer.Notices);
        }
    }

    [Fact]
    public void Visit_AnyManifest_TellsTheContents()
    {
        var pack = RepositoryLayout.NewPack();
        FileEntry File(string path, byte[] content) =>
            RepositoryRig.File(path, new StoredContent(content.Length, RepositoryLayout.Hex(System.Security.Cryptography.SHA256.HashData(content)), content.Length == 0 ? [] : [new(pack, 1, 2, content.Length)], true));
        FileEntry[] entries =
        [
            File("a", small), File("b", large) with { UserId = -1, ModifiedUnixNanoseconds = -7 },
            new FileEntry("c", FileEntryKind.Folder, 0, 1, 7, 0, 0, null, null, []), new FileEntry("d", FileEntryKind.Link, 0, 1, 7, 0, 0, "außen", null, []),
            File("e", []), File("f", small),
        ];
        var seen = new List<(string, long)>();

        var count = ManifestContents.Visit(
            FileManifest.Of(CompactEntries.Of(entries), FileManifest.Empty).ToBytes().Span, (hash, size) => seen.Add((RepositoryLayout.Hex(hash), size)));

        Assert.Equal(3, count);
        Assert.Equal(
            [(entries[0].Sha256!, small.Length), (entries[1].Sha256!, large.Length), (entries[0].Sha256!, small.Length)], seen);
    }

    private static byte[] Noise(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private List<string> PackKeys() => [.. store.Objects.Keys.Where(key => key.StartsWith("packs/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private Task<SnapshotRecord> BackupAsync(Dictionary<string, byte[]> files) => rig.BackupAsync(folder["app.db"], files, Cancel);
}
