using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Repository;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Pruning;

/// <summary>A school that is backed up day by day into a repository in memory: rows change here and there, some are added, files come and go.</summary>
internal sealed class SchoolDays : IDisposable
{
    public SchoolDays() => Rig = new RepositoryRig(Folder, Store) { Clock = Clock };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public TestFolder Folder { get; } = new();

    public FakeClock Clock { get; } = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));

    public FaultyStore Store { get; } = new();

    public RepositoryRig Rig { get; }

    public string Database => Folder["school.db"];

    /// <summary>As they are now.</summary>
    public Dictionary<string, byte[]> Files { get; } = [];

    /// <summary>Bytes of all objects but the tombstones.</summary>
    public long Size => SizeOf(Store);

    public static long SizeOf(FaultyStore objects) =>
        objects.Objects.Where(item => !RepositoryLayout.IsTombstones(item.Key)).Sum(item => (long)item.Value.Length);

    public async Task<List<SnapshotRecord>> LiveAsync(int days, int rows = 6000)
    {
        SampleDatabase.Create(Database, rows);
        var random = new Random(5);
        var made = new List<SnapshotRecord>();
        for (var day = 0; day < days; day++)
        {
            TestDatabase.Execute(Database, $"UPDATE grades SET note = note || '!', points = {day} WHERE id % {rows / 25} = {random.Next(rows / 25)}");
            SampleDatabase.Add(Database, 20, seed: day);
            Files[$"letter-{day % 7}"] = Noise(random, 4000);
            if (day % 5 == 0)
                Files["film"] = Noise(random, 400_000);
            made.Add(await Rig.BackupAsync(Database, Files, Cancel));
            Clock.Advance(TimeSpan.FromHours(24));
        }
        return made;
    }

    public Task<PrunePlan> PruneAsync(IEnumerable<SnapshotRecord> giveUp) => PruneAsync(giveUp, Store, new NoPruneCheckpoint());

    public Task<PrunePlan> PruneAsync(IEnumerable<SnapshotRecord> giveUp, IObjectStore through, IPruneCheckpoint checkpoint)
    {
        // With a lease of its own: whoever had it before may have been killed.
        var repository = new SnapshotRepository(through, new MemoryLeases(through), Rig.Repository.CacheFolder);
        return new RepositoryPruning(repository, Clock, checkpoint).RunAsync([.. giveUp.Select(record => record.Id)], [], () => { }, Cancel);
    }

    /// <summary>With what a later prune deletes.</summary>
    public async Task PruneForGoodAsync(IEnumerable<SnapshotRecord> giveUp)
    {
        await PruneAsync(giveUp);
        Clock.Advance(Tombstones.Grace);
        await PruneAsync([]);
    }

    public async Task<Dictionary<SnapshotId, byte[]>> ReadAllAsync(IEnumerable<SnapshotRecord> made)
    {
        var databases = new Dictionary<SnapshotId, byte[]>();
        foreach (var record in made)
            databases[record.Id] = await Rig.RestoreAsync(record.Id, Cancel);
        return databases;
    }

    /// <summary>The newest snapshot holds what is there now.</summary>
    public async Task AssertWholeAsync(SnapshotRecord newest)
    {
        var reader = await Rig.OpenAsync(newest.Id, Cancel);
        Assert.Empty(await reader.VerifyAsync(null, Cancel));
        SameBytes.Check(await File.ReadAllBytesAsync(Database, Cancel), await Rig.RestoreAsync(newest.Id, Cancel));
        Assert.Equal(Files.Keys.Order(StringComparer.Ordinal), reader.Files.Select(file => file.Path));
        foreach (var (path, bytes) in Files)
            SameBytes.Check(bytes, await RepositoryRig.ReadAsync(reader, path, Cancel));
        Assert.Empty(await reader.CheckPresenceAsync(Cancel));
    }

    public Dictionary<string, byte[]> Remember() => Store.Objects.ToDictionary(item => item.Key, item => item.Value);

    public void Reset(Dictionary<string, byte[]> objects)
    {
        Store.Objects.Clear();
        foreach (var (key, bytes) in objects)
            Store.Objects[key] = bytes;
    }

    public void Dispose() => Folder.Dispose();

    private static byte[] Noise(Random random, int size)
    {
        var bytes = new byte[size];
        random.NextBytes(bytes);
        return bytes;
    }
}
