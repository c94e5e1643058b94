using BackupPortal.Core.Encryption;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>Maps and manifests are stored as their difference to the last whole one.</summary>
public sealed class DeltaDocumentTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FaultyStore store = new();
    private readonly Random random = new(7);
    private byte[] content;

    public DeltaDocumentTests()
    {
        content = new byte[200_000];
        random.NextBytes(content);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SealedDocument Documents => new(store, Compression.Best, RepositoryCiphers.WithoutMasterKey(store));

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Store_ManyGenerations_AllReadBackAndNoDeltaRefersToADelta()
    {
        var whole = 0;
        long added = 0;
        var stored = new List<(string Hash, byte[] Raw)>();
        PrecedingDocument? before = null;
        for (var generation = 0; generation < 60; generation++)
        {
            var (hash, result) = await StoreAsync(before);
            stored.Add((hash, content.ToArray()));
            before = new PrecedingDocument(hash, result.DeltaBytes);
            added += result.AddedBytes;
            whole += BaseOf(hash) is null ? 1 : 0;
            if (BaseOf(hash) is { } name)
                Assert.Null(BaseOf(name));
            Change(40);
        }

        foreach (var (hash, raw) in stored)
            SameBytes.Check(raw, await Documents.ReadAsync(Key(hash), hash, Cancel));
        // Deltas grow, so that a new whole one pays now and then; all together they cost a fraction of whole ones.
        Assert.InRange(whole, 2, 15);
        Assert.InRange(added, 1, stored.Count * content.Length / 3);
    }

    [Fact]
    public async Task Store_LongDocument_FindsWhatIsFarAway()
    {
        content = new byte[12_000_000];
        random.NextBytes(content);
        var (hash, _) = await StoreAsync(null);
        Change(50);
        content = [.. content.AsSpan(0, 300_000), 1, 2, 3, .. content.AsSpan(300_000)];

        var (next, result) = await StoreAsync(new PrecedingDocument(hash, 0));

        Assert.Equal(hash, BaseOf(next));
        Assert.InRange(result.AddedBytes, 1, 50_000);
        SameBytes.Check(content, await Documents.ReadAsync(Key(next), next, Cancel));
    }

    [Fact]
    public async Task Store_NothingInCommon_IsStoredWhole()
    {
        var (hash, _) = await StoreAsync(null);
        random.NextBytes(content);

        var (next, result) = await StoreAsync(new PrecedingDocument(hash, 0));

        Assert.Null(BaseOf(next));
        Assert.Equal(0, result.DeltaBytes);
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("damaged")]
    [InlineData("cut short")]
    public async Task Store_BaseUnusable_IsStoredWhole(string how)
    {
        var (first, _) = await StoreAsync(null);
        Change(5);
        var (second, result) = await StoreAsync(new PrecedingDocument(first, 0));
        Assert.Equal(first, BaseOf(second));
        Spoil(Key(first), how);
        Change(5);

        var (third, _) = await StoreAsync(new PrecedingDocument(second, result.DeltaBytes));

        Assert.Null(BaseOf(third));
        SameBytes.Check(content, await Documents.ReadAsync(Key(third), third, Cancel));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("damaged")]
    [InlineData("cut short")]
    public async Task Read_BaseUnusable_NamesTheBase(string how)
    {
        var (first, _) = await StoreAsync(null);
        Change(5);
        var (second, _) = await StoreAsync(new PrecedingDocument(first, 0));
        Spoil(Key(first), how);

        var failure = await Assert.ThrowsAsync<RepositoryException>(() => Documents.ReadAsync(Key(second), second, Cancel));

        Assert.Contains(Key(first), failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Store_DamagedBaseOfOthersAgain_IsStoredWholeAgain()
    {
        var (first, _) = await StoreAsync(null);
        var old = content.ToArray();
        Change(5);
        var (second, _) = await StoreAsync(new PrecedingDocument(first, 0));
        var newer = content;
        random.NextBytes(newer.AsSpan(0, 100));
        var (other, _) = await StoreAsync(null);
        Spoil(Key(first), "damaged");
        content = old;

        await StoreAsync(new PrecedingDocument(other, 0));

        Assert.Null(BaseOf(first));
        await Documents.ReadAsync(Key(second), second, Cancel);
    }

    [Fact]
    public async Task Store_WithoutZstd_IsStoredWhole()
    {
        var documents = new SealedDocument(store, new Compression(useZstd: false), RepositoryCiphers.WithoutMasterKey(store));
        var (first, _) = await StoreAsync(null, documents);
        Change(5);

        var (second, _) = await StoreAsync(new PrecedingDocument(first, 0), documents);

        Assert.Null(BaseOf(second));
        SameBytes.Check(content, await documents.ReadAsync(Key(second), second, Cancel));
    }

    [Fact]
    public async Task Backup_DaysOfScatteredPages_AddSmallMapsThatAllRestore()
    {
        var rig = new RepositoryRig(folder, store);
        var pages = await RawDatabase.WriteAsync(folder["app.db"], pageCount: 6000, Cancel, pageSize: 512);
        var days = new List<(SnapshotRecord Record, byte[] Database)>();
        for (var day = 0; day < 6; day++)
        {
            days.Add((await rig.BackupAsync(folder["app.db"], null, Cancel), pages.ToArray()));
            for (var i = 0; i < 60; i++)
                pages[(random.Next(1, 6000) * 512) + 9] ^= (byte)random.Next(1, 256);
            await File.WriteAllBytesAsync(folder["app.db"], pages, Cancel);
        }

        Assert.Contains(days, day => BaseOf(day.Record.Database.MapHash, "maps/") is not null && day.Record.Deltas!.MapBytes > 0);
        foreach (var (record, database) in days)
            SameBytes.Check(database, await rig.RestoreAsync(record.Id, Cancel));
    }

    [Fact]
    public async Task Backup_OneFileOfManyChanged_AddsAManifestOfWhatChanged()
    {
        var rig = new RepositoryRig(folder, store);
        await RawDatabase.WriteAsync(folder["app.db"], pageCount: 4, Cancel);
        var files = Enumerable.Range(0, 2000).ToDictionary(i => $"photos/{i:x4}.bin", i => BitConverter.GetBytes(i));
        var first = await rig.BackupAsync(folder["app.db"], files, Cancel);
        files["photos/0300.bin"] = [1];
        files["photos/0300b.bin"] = [2];
        files.Remove("photos/0500.bin");

        var second = await rig.BackupAsync(folder["app.db"], files, Cancel);

        Assert.Equal(first.Files.ManifestHash, BaseOf(second.Files.ManifestHash, "manifests/"));
        Assert.InRange(store.Objects["manifests/" + second.Files.ManifestHash].Length, 1, 1000);
        Assert.InRange(second.AddedBytes, 1, 4000);
        var reader = await rig.OpenAsync(second.Id, Cancel);
        foreach (var (path, bytes) in files.Where((_, i) => i % 50 == 0).Append(new("photos/0300b.bin", [2])))
            SameBytes.Check(bytes, await RepositoryRig.ReadAsync(reader, path, Cancel));
    }

    private static string Key(string hash) => "maps/" + hash;

    private async Task<(string Hash, StoredDocument Result)> StoreAsync(PrecedingDocument? before, SealedDocument? documents = null)
    {
        var raw = content.ToArray();
        documents ??= Documents;
        var hash = await documents.NameAsync(raw, Cancel);
        return (hash, await documents.StoreAsync(Key(hash), hash, raw, before, Cancel));
    }

    private string? BaseOf(string hash, string kind = "maps/") =>
        store.Objects[kind + hash] is var stored && (FrameCodec)stored[10] == FrameCodec.ZstdDelta ? Convert.ToHexStringLower(stored.AsSpan(24, 32)) : null;

    private void Change(int places)
    {
        for (var i = 0; i < places; i++)
            random.NextBytes(content.AsSpan(random.Next(content.Length - 20), 20));
    }

    private void Spoil(string key, string how)
    {
        if (how == "missing")
            store.Objects.Remove(key);
        else if (how == "damaged")
            store.Objects[key][1000] ^= 1;
        else
            store.Objects[key] = store.Objects[key][..^1];
    }
}
