using System.Security.Cryptography;
using System.Text;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>What only an encrypted repository does: it tells nothing, and without its key it is neither read nor written nor harmed.</summary>
public sealed class EncryptedRepositoryTests : IDisposable
{
    private const string Marker = "Qj7xW2-Vertraulich-k9ZtPb";

    private readonly TestFolder folder = new();
    private readonly FaultyStore store = new();
    private readonly string database;
    private readonly MasterKey masterKey = MasterKey.Create();

    public EncryptedRepositoryTests()
    {
        database = folder["app.db"];
        SampleDatabase.Create(database, 50);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private IEnumerable<string> Keys => store.Objects.Keys.Where(key => key.StartsWith("keys/", StringComparison.Ordinal));

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Backup_Content_IsFoundInAPlainRepositoryAlone(bool isEncrypted)
    {
        var page = await RawDatabase.WriteAsync(database, pageCount: 3, Cancel);
        Encoding.ASCII.GetBytes("PAGE" + Marker).CopyTo(page, 5000);
        await File.WriteAllBytesAsync(database, page, Cancel);
        var file = RandomNumberGenerator.GetBytes(3000);
        Encoding.ASCII.GetBytes("FILE" + Marker).CopyTo(file, 100);
        var rig = Rig(isEncrypted ? Enabled() : new());
        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var stored = await writer.StoreDatabaseAsync(database, null, Cancel);
        var content = await writer.StoreContentAsync(new MemoryStream(file), Cancel);
        var facts = await writer.StoreManifestAsync([RepositoryRig.File("PATH" + Marker, content)], Cancel);
        var record = await writer.CommitAsync(rig.Draft(stored, facts) with { Note = "NOTE" + Marker }, Cancel);

        var told = string.Concat(store.Objects.Select(item => item.Key + Encoding.Latin1.GetString(item.Value)));

        string[] wanted = ["PAGE" + Marker, "FILE" + Marker, "PATH" + Marker, "NOTE" + Marker, record.TenantSlug, record.Database.RootHash, "SQLite format 3"];
        Assert.Equal(isEncrypted ? [] : wanted, wanted.Where(one => told.Contains(one, StringComparison.Ordinal)));
        var map = await new SnapshotDocuments(rig.Repository).ReadMapAsync(record, Cancel);
        var plainName = RepositoryLayout.Hex(SHA256.HashData(map.ToBytes().Span));
        Assert.Equal(!isEncrypted, store.Objects.ContainsKey(RepositoryLayout.MapKey(plainName)));
    }

    [Fact]
    public async Task Read_WrongMasterKey_NamesBothKeys()
    {
        var record = await Rig(Enabled()).BackupAsync(database, null, Cancel);
        var other = MasterKey.Create();

        await AssertNothingWorksAsync(record.Id, Enabled(other), "WrongMasterKey", masterKey.Fingerprint, other.Fingerprint);
    }

    [Fact]
    public async Task Read_NoMasterKey_NamesTheOneThatItTakes()
    {
        var record = await Rig(Enabled()).BackupAsync(database, null, Cancel);

        await AssertNothingWorksAsync(record.Id, new EncryptionOptions(), "NoMasterKey", masterKey.Fingerprint);
        await AssertNothingWorksAsync(record.Id, new EncryptionOptions { Enabled = true }, "NoMasterKey", masterKey.Fingerprint);
    }

    [Fact]
    public async Task Read_DataKeyLost_NamesIt()
    {
        var record = await Rig(Enabled()).BackupAsync(database, null, Cancel);
        var key = Keys.Single();
        store.Objects.Remove(key);

        await AssertNothingWorksAsync(record.Id, Enabled(), "NoDataKey", key[..("keys/".Length + 8)]);
    }

    [Fact]
    public async Task Read_DataKeyDamaged_NamesItsObject()
    {
        var record = await Rig(Enabled()).BackupAsync(database, null, Cancel);
        var key = Keys.Single();
        store.Objects[key][^10] ^= 1;

        await AssertNothingWorksAsync(record.Id, Enabled(), "DamagedDataKey", key);
    }

    [Fact]
    public async Task Read_DataKeyOfAnotherRepository_IsNotTaken()
    {
        var record = await Rig(Enabled()).BackupAsync(database, null, Cancel);
        var elsewhere = new FaultyStore();
        await new RepositoryRig(folder, elsewhere, encryption: Enabled()).BackupAsync(database, null, Cancel);
        var (own, foreign) = (Keys.Single(), elsewhere.Objects.Keys.Single(key => key.StartsWith("keys/", StringComparison.Ordinal)));
        store.Objects[own] = elsewhere.Objects[foreign];
        await AssertNothingWorksAsync(record.Id, Enabled(), "DamagedDataKey", own);

        store.Objects.Remove(own);
        store.Objects[foreign] = elsewhere.Objects[foreign];
        await AssertNothingWorksAsync(record.Id, Enabled(), "NoDataKey", own[..("keys/".Length + 8)]);
    }

    [Fact]
    public async Task Backup_EncryptionAskedForWithoutAKey_StoresNothing()
    {
        var failure = await Assert.ThrowsAsync<EncryptionException>(() => Rig(new() { Enabled = true }).BackupAsync(database, null, Cancel));

        Assert.Equal("NothingToEncryptWith", failure.What.Key);
        Assert.Empty(store.Objects);
    }

    [Fact]
    public async Task Backup_TurnedOnAndOffAgain_ReadsAllAndKeepsWhatWasStored()
    {
        var files = new Dictionary<string, byte[]> { ["a.bin"] = RandomNumberGenerator.GetBytes(5000) };
        List<(SnapshotRecord Record, byte[] Database)> made = [];
        EncryptionOptions[] settings = [new(), Enabled(), Enabled(), new() { MasterKey = masterKey.Reveal() }, new() { Enabled = false, MasterKey = masterKey.Reveal() }];
        foreach (var (options, day) in settings.Select((options, day) => (options, day)))
        {
            SampleDatabase.Add(database, 20, seed: 10 + day);
            made.Add((await Rig(options).BackupAsync(database, files, Cancel), await File.ReadAllBytesAsync(database, Cancel)));
        }

        // Once there is a key it goes on being used, until somebody says no.
        Assert.Equal([false, true, true, true, false], made.Select(one => RecordEnvelope.KeyOf(store.Objects[RepositoryLayout.SnapshotKey(one.Record.Id)]) is not null));
        Assert.Equal([false, true, true, true, false], made.Select(one => store.Objects[RepositoryLayout.MapKey(one.Record.Database.MapHash)][11] == 1));
        Assert.Single(Keys);
        var rig = Rig(new() { MasterKey = masterKey.Reveal() });
        foreach (var (record, bytes) in made)
        {
            SameBytes.Check(bytes, await rig.RestoreAsync(record.Id, Cancel));
            var reader = await rig.OpenAsync(record.Id, Cancel);
            SameBytes.Check(files["a.bin"], await RepositoryRig.ReadAsync(reader, "a.bin", Cancel));
            Assert.Empty(await reader.VerifyAsync(null, Cancel));
        }
        // The file's content was stored once, by the first.
        Assert.True(made[0].Record.Packs.All(pack => made[^1].Record.Packs.Contains(pack)));
    }

    [Fact]
    public async Task Verify_FramesSwapped_NamesBoth()
    {
        await RawDatabase.WriteAsync(database, pageCount: 3 * RepositoryLayout.PageFrameSize / 4096, Cancel);
        var rig = Rig(Enabled());
        var record = await rig.BackupAsync(database, null, Cancel);
        var pack = (await new PackShelf(store, Compression.Best, rig.Repository.Cipher).GetAsync(record.Packs.Single(), Cancel))!;
        Assert.Equal(pack.Frames[0].StoredLength, pack.Frames[1].StoredLength);
        var stored = store.Objects[pack.Key];
        var first = stored.AsSpan((int)pack.OffsetOf(0), pack.Frames[0].StoredLength);
        var second = stored.AsSpan((int)pack.OffsetOf(1), pack.Frames[0].StoredLength);
        var kept = first.ToArray();
        second.CopyTo(first);
        kept.CopyTo(second);

        var problems = await (await Rig(Enabled()).OpenAsync(record.Id, Cancel)).VerifyAsync(null, Cancel);

        Assert.Equal(2, problems.Count);
        Assert.All(problems, problem => Assert.Matches($"{pack.Key} is damaged: frame [01] cannot be decrypted", problem));
    }

    [Fact]
    public async Task Read_PlainRecordWhereNoneIsAccepted_IsRefused()
    {
        var record = await Rig(new()).BackupAsync(database, null, Cancel);

        var failure = await Assert.ThrowsAsync<EncryptionException>(() => Rig(Enabled(acceptPlain: false)).OpenAsync(record.Id, Cancel));

        Assert.Equal("Plain", failure.What.Key);
        Assert.Contains(RepositoryLayout.SnapshotKey(record.Id), failure.Message, StringComparison.Ordinal);
        await Rig(Enabled()).OpenAsync(record.Id, Cancel);
    }

    [Theory]
    [InlineData(null, true, true)]
    [InlineData(null, false, false)]
    [InlineData(true, false, true)]
    [InlineData(false, true, false)]
    public async Task WritingKey_OfAnEmptyRepository_IsThereOutsideOrWhenAskedFor(bool? enabled, bool isOutside, bool isEncrypted)
    {
        var options = Microsoft.Extensions.Options.Options.Create(new EncryptionOptions { Enabled = enabled, MasterKey = masterKey.Reveal() });

        var key = await new RepositoryCiphers(new MasterKeys(options), options).Of(store, isOutside).WritingKeyAsync(Cancel);

        Assert.Equal(isEncrypted, key is not null);
        Assert.Equal(isEncrypted, Keys.Any());
    }

    private EncryptionOptions Enabled(MasterKey? key = null, bool? acceptPlain = null) =>
        new() { Enabled = true, MasterKey = (key ?? masterKey).Reveal(), AcceptPlain = acceptPlain };

    private RepositoryRig Rig(EncryptionOptions encryption) => new(folder, store, encryption: encryption);

    /// <summary>Neither reading nor a backup; and nothing of the store is changed by trying.</summary>
    private async Task AssertNothingWorksAsync(SnapshotId id, EncryptionOptions encryption, string reason, params string[] named)
    {
        var before = store.Objects.Select(item => (item.Key, Convert.ToHexString(SHA256.HashData(item.Value)))).Order().ToList();
        var reading = await Assert.ThrowsAsync<EncryptionException>(() => Rig(encryption).OpenAsync(id, Cancel));
        var writing = await Assert.ThrowsAsync<EncryptionException>(() => Rig(encryption).BackupAsync(database, null, Cancel));

        Assert.Equal([reason, reason], [reading.What.Key, writing.What.Key]);
        Assert.All([reading, writing], failure => Assert.NotNull(failure.Hint));
        Assert.All(named, name => Assert.Contains(name, reading.Message, StringComparison.Ordinal));
        Assert.Equal(before, store.Objects.Select(item => (item.Key, Convert.ToHexString(SHA256.HashData(item.Value)))).Order());
        Assert.Equal(id, (await Rig(encryption).Repository.ListAsync(Cancel)).Single());
    }
}
