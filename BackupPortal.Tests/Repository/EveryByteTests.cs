using BackupPortal.Core.Repository;

namespace BackupPortal.Tests.Repository;

/// <summary>Whatever happens to any byte of a repository: an error that names what is hit, or the same data; never wrong data, never a crash.</summary>
public class EveryByteTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private readonly TinyRepository tiny;
    private readonly bool isEncrypted;

    public EveryByteTests()
        : this(isEncrypted: false)
    {
    }

    protected EveryByteTests(bool isEncrypted)
    {
        if (isEncrypted)
            RepositoryRig.Encrypt(folder);
        this.isEncrypted = isEncrypted;
        tiny = new TinyRepository(folder);
    }

    public async ValueTask InitializeAsync() => await tiny.MakeAsync();

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Repository_ForTheseTests_HasSomethingOfEverything()
    {
        var codecs = new HashSet<(FrameKind, FrameCodec)>();
        var rig = new RepositoryRig(folder, tiny.Store);
        var packs = new PackShelf(tiny.Store, Compression.Best, rig.Repository.Cipher);
        foreach (var pack in tiny.Snapshots.SelectMany(snapshot => snapshot.Record.Packs).Distinct())
            codecs.UnionWith((await packs.GetAsync(pack, TestContext.Current.CancellationToken)).Frames.Select(frame => (frame.Kind, frame.Codec)));

        Assert.Superset(
            new HashSet<(FrameKind, FrameCodec)>
            {
                (FrameKind.Pages, FrameCodec.Brotli), (FrameKind.Pages, FrameCodec.Zstd), (FrameKind.Pages, FrameCodec.ZstdDelta),
                (FrameKind.FileData, FrameCodec.Brotli), (FrameKind.FileData, FrameCodec.Zstd), (FrameKind.FileData, FrameCodec.Raw),
            },
            codecs);
        var documents = tiny.Store.Objects.Where(item => item.Key.StartsWith('m')).Select(item => (FrameCodec)item.Value[10]).ToHashSet();
        Assert.Contains(FrameCodec.ZstdDelta, documents);
        Assert.True(documents.Count > 1);
        foreach (var snapshot in tiny.Snapshots)
        {
            Assert.Empty(await tiny.VerifyAsync(snapshot));
            Assert.Null(await tiny.RestoreAsync(snapshot));
        }
    }

    [Fact]
    public async Task Flipped_AnyByte_IsNamedOrHarmless()
    {
        var silent = 0;
        foreach (var (key, whole, users) in await UsersAsync())
        {
            for (var i = 0; i < whole.Length; i++)
            {
                foreach (var bits in isEncrypted ? [1 << (i % 8)] : new[] { 1 << (i % 8), 0xFF })
                {
                    var flipped = whole.ToArray();
                    flipped[i] ^= (byte)bits;
                    silent += await IsSilentAsync(key, flipped, users, $"byte {i} of {key} flipped by {bits:x2}") ? 1 : 0;
                }
            }
            tiny.Store.Objects[key] = whole;
        }
        // Of a few kilobytes hardly a bit does not matter (the last bits of a compressed block, for example); of what is authenticated, none.
        Assert.InRange(silent, 0, isEncrypted ? 0 : 20);
    }

    [Fact]
    public async Task CutShort_AnyObjectAtAnyLength_IsNamed()
    {
        foreach (var (key, whole, users) in await UsersAsync())
        {
            // Every length of a small object; of a larger one its beginning and its end, and every few bytes in between.
            for (var length = 0; length < whole.Length; length += length < 128 || length > whole.Length - 128 || whole.Length < 512 ? 1 : 7)
                Assert.False(await IsSilentAsync(key, whole[..length], users, $"{key} cut to {length}"), $"{key} cut to {length} of {whole.Length}");
            tiny.Store.Objects[key] = whole;
        }
    }

    [Fact]
    public async Task Replaced_AnyObjectByZerosOrNoise_IsNamed()
    {
        foreach (var (key, whole, users) in await UsersAsync())
        {
            Assert.False(await IsSilentAsync(key, new byte[whole.Length], users, $"{key} is zeros"), key);
            for (var seed = 0; seed < 20; seed++)
                Assert.False(await IsSilentAsync(key, TinyRepository.Noise(whole.Length, seed), users, $"{key} is noise {seed}"), key);
            tiny.Store.Objects[key] = whole;
        }
    }

    [Fact]
    public async Task Extended_AnyObject_IsNamedOrHarmless()
    {
        foreach (var (key, whole, users) in await UsersAsync())
        {
            foreach (var more in new byte[] { 0, (byte)'\n', 0x80, 0xFF })
                await IsSilentAsync(key, [.. whole, more], users, $"{key} with {more:x2} at its end");
            tiny.Store.Objects[key] = whole;
        }
    }

    [Fact]
    public async Task Swapped_AnyTwoOfAKind_AreNamed()
    {
        var all = await UsersAsync();
        foreach (var (one, other) in all.SelectMany(one => all, (one, other) => (one, other)))
        {
            if (string.CompareOrdinal(one.Key, other.Key) >= 0 || FolderOf(one.Key) != FolderOf(other.Key))
                continue;
            tiny.Store.Objects[other.Key] = one.Whole;
            Assert.False(await IsSilentAsync(one.Key, other.Whole, [.. one.Users, .. other.Users.Except(one.Users)], $"{one.Key} swapped with {other.Key}", other.Key));
            tiny.Store.Objects[one.Key] = one.Whole;
            tiny.Store.Objects[other.Key] = other.Whole;
        }
    }

    /// <summary>Each object, and the snapshots that cannot do without it.</summary>
    private async Task<IReadOnlyList<(string Key, byte[] Whole, IReadOnlyList<TinySnapshot> Users)>> UsersAsync()
    {
        var all = new List<(string, byte[], IReadOnlyList<TinySnapshot>)>();
        foreach (var (key, whole) in tiny.Store.Objects.OrderBy(item => item.Key, StringComparer.Ordinal).ToList())
        {
            tiny.Store.Objects.Remove(key);
            var users = new List<TinySnapshot>();
            foreach (var snapshot in tiny.Snapshots)
            {
                var problems = await tiny.VerifyAsync(snapshot);
                Assert.Equal(problems.Count == 0, await tiny.RestoreAsync(snapshot) is null);
                if (problems.Count == 0)
                    continue;
                Assert.Contains(problems, problem => problem.Contains(NamedBy(key), StringComparison.Ordinal));
                users.Add(snapshot);
            }
            tiny.Store.Objects[key] = whole;
            // What nothing needs cannot do harm.
            if (users.Count > 0)
                all.Add((key, whole, users));
        }
        Assert.True(all.Count >= 12);
        return all;
    }

    /// <summary>True when nothing was noticed, and each snapshot that uses the object can be restored as it was.</summary>
    private async Task<bool> IsSilentAsync(string key, byte[] damaged, IReadOnlyList<TinySnapshot> users, string damage, string? alsoHit = null)
    {
        tiny.Store.Objects[key] = damaged;
        foreach (var snapshot in users.Reverse())
        {
            var problems = await tiny.VerifyAsync(snapshot);
            var failure = await tiny.RestoreAsync(snapshot);
            Assert.True(failure is null || problems.Count > 0, $"{damage}: verified, but cannot be restored: {failure}");
            if (problems.Count == 0)
                continue;
            var isNamed = problems.Any(problem => problem.Contains(NamedBy(key), StringComparison.Ordinal) || problem.Contains(NamedBy(alsoHit ?? key), StringComparison.Ordinal));
            Assert.True(isNamed, $"{damage} is not named: {string.Join(" | ", problems)}");
            return false;
        }
        return true;
    }

    private static string FolderOf(string key) => key[..key.IndexOf('/', StringComparison.Ordinal)];

    // Of a pack and a record their identifiers; of a wrapped data key that key's, since a name that is gone cannot be told.
    private static string NamedBy(string key) => FolderOf(key) switch
    {
        "keys" => key["keys/".Length..].Split('-')[0],
        _ => Path.GetFileNameWithoutExtension(key),
    };
}
