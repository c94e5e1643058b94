using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

/// <summary>What the format allows and this version only reads.</summary>
public sealed class DeltaTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly FaultyStore store = new();
    private readonly RepositoryRig rig;

    public DeltaTests() => rig = new RepositoryRig(folder, store);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Restore_DeltaFrameAndDeltaMap_GivesTheNewState()
    {
        var (first, second, before, after) = await MakeAsync(FrameCodec.ZstdDelta);

        SameBytes.Check(after, await rig.RestoreAsync(second.Id, Cancel));
        SameBytes.Check(before, await rig.RestoreAsync(first.Id, Cancel));
        Assert.Empty(await (await rig.OpenAsync(second.Id, Cancel)).VerifyAsync(null, Cancel));
    }

    [Fact]
    public async Task Backup_OnASnapshotWithDeltas_StoresItsOwnChangesOnly()
    {
        var (_, second, _, after) = await MakeAsync(FrameCodec.ZstdDelta);
        after[(20 * 4096) + 5] ^= 1;
        await File.WriteAllBytesAsync(folder["third.db"], after, Cancel);

        var third = await rig.BackupAsync(folder["third.db"], null, Cancel);

        Assert.Equal(second.Id, (await rig.Repository.ListAsync(Cancel))[1]);
        Assert.InRange(third.AddedBytes, 1, 8000);
        SameBytes.Check(after, await rig.RestoreAsync(third.Id, Cancel));
    }

    [Fact]
    public async Task Verify_BaseOfADeltaGone_NamesIt()
    {
        var (first, second, _, _) = await MakeAsync(FrameCodec.ZstdDelta);
        var key = RepositoryLayout.PackKey(first.Packs.Single());
        store.Objects.Remove(key);

        var problems = await (await rig.OpenAsync(second.Id, Cancel)).VerifyAsync(null, Cancel);

        Assert.Contains(problems, problem => problem.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Restore_CodecOfALaterVersion_SaysSo()
    {
        var (first, second, before, _) = await MakeAsync((FrameCodec)9);

        var failure = await Assert.ThrowsAsync<RepositoryException>(() => rig.RestoreAsync(second.Id, Cancel));

        Assert.Equal("UnknownCodec", failure.What.Key);
        SameBytes.Check(before, await rig.RestoreAsync(first.Id, Cancel));
    }

    private async Task<(SnapshotRecord First, SnapshotRecord Second, byte[] Before, byte[] After)> MakeAsync(FrameCodec codec)
    {
        var before = await RawDatabase.WriteAsync(folder["app.db"], pageCount: 200, Cancel);
        var after = before.ToArray();
        for (var page = 3; page < 200; page += 10)
            after[(page * 4096) + 17] ^= 1;
        var first = await rig.BackupAsync(folder["app.db"], null, Cancel);
        return (first, await DeltaSample.AddAsync(rig, first, before, after, codec, Cancel), before, after);
    }
}
