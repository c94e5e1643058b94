using System.Runtime.Versioning;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Storage;

namespace BackupPortal.Tests.Model;

/// <summary>One tenant with live data that lives at random, its repository, and what must be in it.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class World : IAsyncDisposable
{
    private const int DiskMegabytes = 96;
    private const long RoomBytes = 512L << 20;

    private static readonly DateTimeOffset begin = new(2026, 3, 1, 8, 0, 0, TimeSpan.Zero);

    private readonly TestFolder folder;
    private readonly TestPortal portal;
    private readonly SmallDisk? disk;

    private World(Random random, TestFolder folder, TestPortal portal, Tenant tenant, SmallDisk? disk)
    {
        this.folder = folder;
        this.portal = portal;
        this.disk = disk;
        Random = random;
        Tenant = tenant;
        IsOnDisk = random.Next(3) > 0;
        Database = new WorldDatabase(tenant.DatabasePath, folder["captured"], random);
        Files = new WorldFiles(tenant.FilesPath, Clock, random);
        Store = new WorldStore(IsOnDisk ? new LocalDirectoryStore(tenant.Home.Repository, Clock) : new FaultyStore(), Clock);
        if (random.Next(3) == 0)
            MasterKey = Core.Encryption.MasterKey.Create().Reveal();
        Repository = Open();
        Children = new ModelChildren(folder["data"]);
    }

    public Random Random { get; }

    public FakeClock Clock { get; } = new(begin);

    public Tenant Tenant { get; }

    public WorldDatabase Database { get; }

    public WorldFiles Files { get; }

    /// <summary>The repository is a local directory, so that other processes can use it; otherwise it is in memory.</summary>
    public bool IsOnDisk { get; }

    public WorldStore Store { get; }

    public SnapshotRepository Repository { get; private set; }

    /// <summary>What the repository is encrypted under; null while it is not.</summary>
    public string? MasterKey { get; private set; }

    public Oracle Oracle { get; } = new();

    /// <summary>Caches as they were at some time, by path.</summary>
    public Dictionary<string, byte[]> OldCaches { get; } = [];

    public ModelChildren Children { get; }

    public SnapshotIndex Index => portal.Get<SnapshotIndex>();

    /// <summary>What the last step did, for the log.</summary>
    public string Told { get; set; } = "";

    /// <summary>The file system under the repository can be filled; null where this account may not mount one.</summary>
    public string? FillableFolder => IsOnDisk && disk is not null ? disk.Path : null;

    public static async Task<World> CreateAsync(Random random)
    {
        var folder = TestFolder.InMemory(RoomBytes);
        var portal = TestPortal.OverFolder(folder);
        await portal.Get<CatalogMigration>().ApplyAsync(TestContext.Current.CancellationToken);
        var tenant = await portal.AddTenantAsync();
        Directory.CreateDirectory(tenant.FilesPath);
        var disk = await SmallDisk.TryMountAsync(tenant.Home.Repository, DiskMegabytes);
        return new World(random, folder, portal, tenant, disk);
    }

    public string NewFolder() => folder[$"restored-{Guid.NewGuid():N}"];

    /// <summary>Forgets everything that the program holds in memory, as a restart does.</summary>
    public void Restart() => Repository = Open();

    /// <summary>From here on new objects are encrypted; the old ones stay as they are.</summary>
    public void Encrypt()
    {
        MasterKey ??= Core.Encryption.MasterKey.Create().Reveal();
        Restart();
    }

    public WorldState Capture() => new(Database.Capture(), Files.Capture());

    public async ValueTask DisposeAsync()
    {
        Children.Dispose();
        Database.Dispose();
        disk?.Dispose();
        await portal.DisposeAsync();
        folder.Dispose();
    }

    private SnapshotRepository Open() => BackupRun.Open(Tenant, Store, MasterKey, Clock);
}

/// <summary>Everything of a tenant at one instant.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed record WorldState(DatabaseState Database, IReadOnlyDictionary<string, string> Files);
