using BackupPortal.Core.Encryption;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Repository;
using Microsoft.Extensions.Options;

namespace BackupPortal.Tests.Encryption;

/// <summary>The master key is replaced without writing a backup again, and whatever happens meanwhile, one of the two opens the repository.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly MasterKey old = MasterKey.Create();
    private readonly MasterKey replacement = MasterKey.Create();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Rotate_WithBothKeys_LeavesTheNewOneAlone()
    {
        var store = new FaultyStore();
        using var first = Keys(old);
        var data = await new RepositoryKeys(store, first).CreateAsync(Cancel);
        var id = data.Id;
        using var both = Keys(replacement, old);
        var keys = new RepositoryKeys(store, both);

        await keys.WrapAsync(await keys.OpenAsync(id, "test", Cancel), replacement, Cancel);
        var removed = await keys.KeepOnlyAsync(id, replacement, Cancel);

        Assert.Equal([old.Fingerprint], removed);
        Assert.Equal([WrappedKey.KeyOf(id, replacement.Fingerprint)], store.Objects.Keys);
        using var second = Keys(replacement);
        Assert.Equal(data.Secret.ToArray(), await SecretAsync(new RepositoryKeys(store, second).OpenAsync(id, "test", Cancel)));
        var failure = await Assert.ThrowsAsync<EncryptionException>(() => new RepositoryKeys(store, first).OpenAsync(id, "test", Cancel));
        Assert.Equal("WrongMasterKey", failure.What.Key);
    }

    [Theory]
    [InlineData(StoreFault.Truncate)]
    [InlineData(StoreFault.Garble)]
    [InlineData(StoreFault.Forget)]
    public async Task Wrap_StoreLies_IsNoticedAndTheNextOneRepairsIt(StoreFault fault)
    {
        var store = new FaultyStore();
        using var first = Keys(old);
        var data = await new RepositoryKeys(store, first).CreateAsync(Cancel);
        using var both = Keys(replacement, old);
        var keys = new RepositoryKeys(store, both);
        // The call after the one that looks whether it is there.
        (store.Fault, store.FaultAt) = (fault, store.Calls + 2);

        var failure = await Assert.ThrowsAsync<EncryptionException>(() => keys.WrapAsync(data, replacement, Cancel));

        Assert.Equal("NotProven", failure.What.Key);
        store.FaultAt = null;
        Assert.Equal(data.Secret.ToArray(), await SecretAsync(keys.OpenAsync(data.Id, "test", Cancel)));
        await keys.WrapAsync(data, replacement, Cancel);
        using var second = Keys(replacement);
        Assert.Equal(data.Secret.ToArray(), await SecretAsync(new RepositoryKeys(store, second).OpenAsync(data.Id, "test", Cancel)));
    }

    [Theory]
    [InlineData(RotatingProcess.BeforeWriting, true, false)]
    [InlineData(RotatingProcess.WhileWriting, true, false)]
    [InlineData(RotatingProcess.BeforeDeleting, true, true)]
    [InlineData(RotatingProcess.AfterDeleting, false, true)]
    public async Task Rotate_Killed_OneOfTheTwoOpensAndAnotherRunEndsIt(string point, bool oldOpens, bool newOpens)
    {
        var database = folder["app.db"];
        SampleDatabase.Create(database, 50);
        var record = await new RepositoryRig(folder, encryption: Setting(old)).BackupAsync(database, null, Cancel);

        await RotatingProcess.StartAsync(folder["repository"], old, replacement, point, Cancel);

        Assert.Equal(oldOpens, await OpensAsync(old));
        Assert.Equal(newOpens, await OpensAsync(replacement));
        await RotatingProcess.StartAsync(folder["repository"], old, replacement, RotatingProcess.Never, Cancel);
        Assert.False(await OpensAsync(old));
        var rig = new RepositoryRig(folder, encryption: Setting(replacement));
        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(record.Id, Cancel));
        Assert.Single(Directory.EnumerateFiles(folder["repository/keys"]));
    }

    private static EncryptionOptions Setting(MasterKey key) => new() { Enabled = true, MasterKey = key.Reveal() };

    private static MasterKeys Keys(MasterKey current, MasterKey? previous = null) =>
        new(Options.Create(new EncryptionOptions { MasterKey = current.Reveal(), PreviousMasterKey = previous?.Reveal() }));

    private static async Task<byte[]> SecretAsync(Task<DataKey> opening) => (await opening).Secret.ToArray();

    private async Task<bool> OpensAsync(MasterKey key)
    {
        using var masterKeys = Keys(key);
        var keys = new RepositoryKeys(new LocalDirectoryStore(folder["repository"], TimeProvider.System), masterKeys);
        try
        {
            await keys.OpenAsync((await keys.ListAsync(Cancel))[0].Id, "test", Cancel);
            return true;
        }
        catch (EncryptionException e) when (e.What.Key == "WrongMasterKey")
        {
            return false;
        }
    }
}
