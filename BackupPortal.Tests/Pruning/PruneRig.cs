using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Pruning;

/// <summary>A repository in memory whose backups and prunes share a clock, and a database that changes a little from backup to backup.</summary>
internal sealed class PruneRig : IDisposable
{
    private const int PageSize = 1024;

    private readonly TestFolder folder = new();
    private readonly Random random;
    private byte[] database;
    private Dictionary<string, byte[]> files = [];

    public PruneRig(int seed = 1, IObjectStore? store = null)
    {
        random = new Random(seed);
        database = new byte[PageSize * 40];
        random.NextBytes(database);
        "SQLite format 3\0"u8.CopyTo(database);
        database[16] = PageSize >> 8;
        database[17] = 0;
        Backups = new RepositoryRig(folder, store ?? Objects) { Clock = Clock };
    }

    public FakeClock Clock { get; } = new(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));

    public FaultyStore Objects { get; } = new();

    public RepositoryRig Backups { get; }

    public SnapshotRepository Repository => Backups.Repository;

    /// <summary>What each snapshot must give back.</summary>
    public Dictionary<SnapshotId, (byte[] Database, Dictionary<string, byte[]> Files)> Expected { get; } = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>Changes some pages and files, and goes back to an earlier state now and then.</summary>
    public void Change()
    {
        if (Expected.Count > 1 && random.Next(6) == 0)
        {
            var (pages, names) = Expected.Values.ElementAt(random.Next(Expected.Count));
            (database, files) = (pages.ToArray(), new Dictionary<string, byte[]>(names));
            return;
        }
        for (var i = random.Next(1, 6); i > 0; i--)
            random.NextBytes(database.AsSpan(random.Next(1, 40) * PageSize, PageSize));
        var content = new byte[random.Next(1, 3000)];
        random.NextBytes(content);
        files = new Dictionary<string, byte[]>(files) { [$"file-{random.Next(5)}"] = content };
    }

    /// <summary>The state of now, to come back to.</summary>
    public (byte[] Database, Dictionary<string, byte[]> Files) State
    {
        get => (database.ToArray(), new Dictionary<string, byte[]>(files));
        set => (database, files) = (value.Database.ToArray(), new Dictionary<string, byte[]>(value.Files));
    }

    /// <summary>In a directory, where leases fence.</summary>
    public static PruneRig InDirectory(string directory) => new(store: new LocalDirectoryStore(directory, TimeProvider.System));

    public async Task<SnapshotRecord> BackupAsync(RepositoryRig? through = null, SnapshotWriter? writer = null)
    {
        var file = folder[$"{Guid.NewGuid():N}.db"];
        await File.WriteAllBytesAsync(file, database, Cancel);
        var (pages, names) = (database.ToArray(), files);
        var backups = through ?? Backups;
        var record = writer is null ? await backups.BackupAsync(file, names, Cancel) : await backups.BackupAsync(writer, file, names, Cancel);
        Expected[record.Id] = (pages, names);
        File.Delete(file);
        return record;
    }

    /// <summary>Some backups, an hour apart, with changes between them; oldest first.</summary>
    public async Task<IReadOnlyList<SnapshotRecord>> BackupSeveralAsync(int count)
    {
        var made = new List<SnapshotRecord>();
        for (var i = 0; i < count; i++)
        {
            Change();
            made.Add(await BackupAsync());
            Clock.Advance(TimeSpan.FromHours(1));
        }
        return made;
    }

    public Task<PrunePlan> PruneAsync(params IReadOnlyList<SnapshotId> giveUp) => PruneAsync(Repository, new NoPruneCheckpoint(), giveUp);

    public async Task<PrunePlan> PruneAsync(SnapshotRepository through, IPruneCheckpoint checkpoint, params IReadOnlyList<SnapshotId> giveUp)
    {
        // With a lease of its own: none of these tests relies on one.
        var unleased = new SnapshotRepository(through.Store, new MemoryLeases(through.Store), through.CacheFolder);
        var plan = await new RepositoryPruning(unleased, Clock, checkpoint).RunAsync(giveUp, [], () => { }, Cancel);
        foreach (var id in giveUp)
            Expected.Remove(id);
        return plan;
    }

    public Task<PrunePlan> PlanAsync(params IReadOnlyList<SnapshotId> giveUp) =>
        new RepositoryPruning(Repository, Clock, new NoPruneCheckpoint()).PlanAsync(giveUp, [], Cancel);

    /// <summary>Exactly the expected snapshots are there, each proven whole and giving back its bytes.</summary>
    public async Task AssertWholeAsync()
    {
        Assert.Equal(Expected.Keys.Select(id => id.Value).Order(), (await Repository.ListAsync(Cancel)).Select(id => id.Value).Order());
        foreach (var (id, (pages, names)) in Expected)
        {
            var reader = await Backups.OpenAsync(id, Cancel);
            Assert.Empty(await reader.VerifyAsync(null, Cancel));
            SameBytes.Check(pages, await Backups.RestoreAsync(id, Cancel));
            Assert.Equal(names.Keys.Order(StringComparer.Ordinal), reader.Files.Select(file => file.Path));
            foreach (var (path, bytes) in names)
                SameBytes.Check(bytes, await RepositoryRig.ReadAsync(reader, path, Cancel));
        }
    }

    /// <summary>Two more prunes, a day apart, leave nothing but what the snapshots need.</summary>
    public async Task AssertNothingIsLeftOverAsync()
    {
        await PruneAsync();
        Clock.Advance(TimeSpan.FromHours(25));
        await PruneAsync();
        using var survey = await PruneSurvey.MakeAsync(Repository, [], Cancel);
        Assert.Empty(survey.Unreferenced);
        Assert.Empty(survey.Tombstones.Objects);
        Assert.Single(survey.Tombstones.Keys);
    }

    public void Dispose() => folder.Dispose();
}
