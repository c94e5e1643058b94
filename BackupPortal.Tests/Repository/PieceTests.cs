using BackupPortal.Core.Repository;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>Large files in pieces: what changed is stored, wherever it is.</summary>
public sealed class PieceTests : IDisposable
{
    private const int Megabyte = 1024 * 1024;

    // The record, and one piece of the most probable sizes with its neighbour.
    private const int AChange = 1_600_000;

    private readonly TestFolder folder = new();
    private readonly FaultyStore store = new();
    private readonly RepositoryRig rig;
    private readonly Random random = new(11);
    private readonly Dictionary<string, byte[]> files = [];

    public PieceTests()
    {
        rig = new RepositoryRig(folder, store);
        SampleDatabase.Create(folder["app.db"], 20);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("overwrite")]
    [InlineData("insert")]
    [InlineData("delete")]
    [InlineData("append")]
    [InlineData("begin")]
    [InlineData("truncate")]
    public async Task Backup_LargeFileChanged_AddsWhatChanged(string how)
    {
        files["video.mp4"] = Noise(12 * Megabyte);
        await BackupAsync();
        var old = files["video.mp4"];
        files["video.mp4"] = how switch
        {
            "overwrite" => [.. old.AsSpan(0, 5_000_000), .. Noise(1000), .. old.AsSpan(5_001_000)],
            "insert" => [.. old.AsSpan(0, 5_000_000), .. Noise(17), .. old.AsSpan(5_000_000)],
            "delete" => [.. old.AsSpan(0, 5_000_000), .. old.AsSpan(5_300_000)],
            "append" => [.. old, .. Noise(1000)],
            "begin" => [1, .. old],
            _ => old[..7_000_001],
        };

        var second = await BackupAsync();

        Assert.InRange(second.AddedBytes, 1000, AChange);
    }

    [Fact]
    public async Task Backup_LargeFileMovedAndChanged_AddsWhatChanged()
    {
        files["a.bin"] = Noise(8 * Megabyte);
        files["small"] = [1];
        await BackupAsync();
        files["folder/b.bin"] = [.. files["a.bin"], 1, 2, 3];
        files.Remove("a.bin");

        Assert.InRange((await BackupAsync()).AddedBytes, 1, AChange);
    }

    [Fact]
    public async Task Backup_FilesThatSharePieces_StoresThemOnce()
    {
        files["a.bin"] = Noise(6 * Megabyte);
        files["b.bin"] = [.. Noise(300_000), .. files["a.bin"]];
        files["zeros"] = new byte[30 * Megabyte];

        Assert.InRange((await BackupAsync()).AddedBytes, 6 * Megabyte, (6 * Megabyte) + 300_000 + AChange);
    }

    [Fact]
    public async Task Store_TriesOfAFileThatKeepsChanging_CostWhatChanged()
    {
        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var database = await writer.StoreDatabaseAsync(folder["app.db"], null, Cancel);
        var content = Noise(6 * Megabyte);
        await writer.StoreContentAsync(new MemoryStream(content), "log", Cancel);
        content[3_000_000] ^= 1;
        await writer.StoreContentAsync(new MemoryStream(content), "log", Cancel);
        content[4_000_000] ^= 1;
        var last = await writer.StoreContentAsync(new MemoryStream(content), "log", Cancel);

        var record = await writer.CommitAsync(rig.Draft(database, await writer.StoreManifestAsync([RepositoryRig.File("log", last)], Cancel)), Cancel);

        Assert.InRange(record.AddedBytes, content.Length, content.Length + (2 * AChange));
        SameBytes.Check(content, await RepositoryRig.ReadAsync(await rig.OpenAsync(record.Id, Cancel), "log", Cancel));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("damaged")]
    public async Task Backup_FooterUnusable_StoresEverythingAgain(string how)
    {
        files["video.mp4"] = Noise(3 * Megabyte);
        var first = await BackupAsync();
        var key = RepositoryLayout.PackKey(first.Packs.Single());
        if (how == "missing")
            store.Objects.Remove(key);
        else
            store.Objects[key][^70] ^= 1;
        files["video.mp4"][100] ^= 1;
        File.Delete(Path.Combine(folder["cache"], "page-hashes"));

        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var second = await rig.BackupAsync(writer, folder["app.db"], files, Cancel);

        Assert.InRange(second.AddedBytes, files["video.mp4"].Length, long.MaxValue);
        Assert.Contains(writer.Notices, notice => notice.Contains(key, StringComparison.Ordinal));
        Assert.Empty(await (await rig.OpenAsync(second.Id, Cancel)).VerifyAsync(null, Cancel));
    }

    [Fact]
    public async Task Backup_ManyEditsOverManyNights_EveryNightReadsBack()
    {
        var nights = new List<(Core.Snapshots.SnapshotRecord Record, byte[] Content)>();
        files["archive"] = Noise(2 * Megabyte);
        for (var night = 0; night < 15; night++)
        {
            nights.Add((await BackupAsync(check: false), files["archive"]));
            var old = files["archive"];
            var (from, to) = (random.Next(old.Length), random.Next(old.Length));
            files["archive"] = night % 3 == 0
                ? [.. old.AsSpan(0, from), .. Noise(random.Next(5000)), .. old.AsSpan(from)]
                : [.. old.AsSpan(0, Math.Min(from, to)), .. Noise(random.Next(2000)), .. old.AsSpan(Math.Max(from, to)), .. old.AsSpan(0, from / 2)];
        }

        foreach (var (record, content) in nights)
        {
            var reader = await rig.OpenAsync(record.Id, Cancel);
            SameBytes.Check(content, await RepositoryRig.ReadAsync(reader, "archive", Cancel));
            Assert.Empty(await reader.VerifyAsync(null, Cancel));
        }
    }

    [Fact]
    public void NextLength_AnyBytes_CutsWithinItsBounds()
    {
        foreach (var content in new[] { Noise(8 * Megabyte), new byte[5 * Megabyte], Noise(ContentCutter.LeastSize - 1), Noise(ContentCutter.Lookahead) })
        {
            var lengths = Cut(content);
            Assert.Equal(content.Length, lengths.Sum());
            Assert.All(lengths, length => Assert.InRange(length, Math.Min(content.Length, ContentCutter.LeastSize), ContentCutter.Lookahead));
        }
        Assert.InRange(Cut(Noise(32 * Megabyte)).Average(), 200_000, 400_000);
    }

    /// <summary>If this fails, large files that have not changed since an earlier version of the program would be stored again.</summary>
    [Fact]
    public void NextLength_KnownBytes_CutsWhereItAlwaysDid()
    {
        var content = new byte[2 * Megabyte];
        for (var i = 0; i < content.Length / 32; i++)
            System.Security.Cryptography.SHA256.HashData(BitConverter.GetBytes(i), content.AsSpan(i * 32, 32));

        Assert.Equal([290564, 272817, 267696, 287598, 335780, 377075, 169395, 96227], Cut(content));
    }

    private static List<int> Cut(byte[] content)
    {
        var lengths = new List<int>();
        for (var at = 0; at < content.Length; at += lengths[^1])
            lengths.Add(ContentCutter.NextLength(content.AsSpan(at, Math.Min(content.Length - at, ContentCutter.Lookahead))));
        return lengths;
    }

    private async Task<Core.Snapshots.SnapshotRecord> BackupAsync(bool check = true)
    {
        var record = await rig.BackupAsync(folder["app.db"], files, Cancel);
        if (!check)
            return record;
        var reader = await rig.OpenAsync(record.Id, Cancel);
        foreach (var (path, bytes) in files)
            SameBytes.Check(bytes, await RepositoryRig.ReadAsync(reader, path, Cancel));
        return record;
    }

    private byte[] Noise(int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}
