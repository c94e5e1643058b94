using BackupPortal.Core.Encryption;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Contracts;
using Microsoft.Extensions.Options;

namespace BackupPortal.Tests.Repository;

/// <summary>A repository on a store, with the least that a backup and a restore do.</summary>
internal sealed class RepositoryRig
{
    private static readonly TenantId tenant = TenantId.Create();

    private const string MasterKeyName = "master.key";

    private readonly TestFolder folder;
    private int count;

    public RepositoryRig(
        TestFolder folder, IObjectStore? store = null, bool useZstd = true, EncryptionOptions? encryption = null, int begun = 0,
        IRepositoryLeases? leases = null)
    {
        count = begun;
        this.folder = folder;
        Store = store ?? new LocalDirectoryStore(folder["repository"], TimeProvider.System);
        leases ??= Store is LocalDirectoryStore local
            ? new DirectoryLeases(local, new LeaseOptions(), TimeProvider.System)
            : new MemoryLeases(Store);
        Repository = Open(leases, encryption ?? (System.IO.File.Exists(folder[MasterKeyName]) ? new() { Enabled = true, MasterKeyFile = folder[MasterKeyName] } : new()), useZstd);
    }

    /// <summary>Every rig on the folder has encryption on from now on, unless it is told otherwise.</summary>
    public static void Encrypt(TestFolder folder)
    {
        var path = folder[MasterKeyName];
        System.IO.File.WriteAllText(path, MasterKey.Create().Reveal());
        if (!OperatingSystem.IsWindows())
            System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    public IObjectStore Store { get; }

    /// <summary>Says when snapshots are completed; null for one second after the other.</summary>
    public TimeProvider? Clock { get; init; }

    public SnapshotRepository Repository { get; }

    /// <summary>How many seconds its first snapshot is later than that of another one.</summary>
    public int Later
    {
        init => count = value;
    }

    public static FileEntry File(string path, StoredContent content) => new(
        path, FileEntryKind.File, content.SizeBytes, 1_763_668_800_123_456_789, 0x1A4, 1000, 1000, null, content.Sha256, content.Pieces);

    /// <summary>Each snapshot gets a later second than the one before.</summary>
    public async Task<SnapshotRecord> BackupAsync(string database, IReadOnlyDictionary<string, byte[]>? files = null, CancellationToken cancellationToken = default)
    {
        await using var writer = await Repository.BeginAsync(cancellationToken);
        return await BackupAsync(writer, database, files, cancellationToken);
    }

    public async Task<SnapshotRecord> BackupAsync(
        SnapshotWriter writer, string database, IReadOnlyDictionary<string, byte[]>? files, CancellationToken cancellationToken)
    {
        var stored = await writer.StoreDatabaseAsync(database, null, cancellationToken);
        var entries = new List<FileEntry>();
        foreach (var (path, bytes) in files ?? new Dictionary<string, byte[]>())
            entries.Add(File(path, await writer.StoreContentAsync(new MemoryStream(bytes), path, cancellationToken)));
        var facts = await writer.StoreManifestAsync(entries, cancellationToken);
        return await writer.CommitAsync(Draft(stored, facts), cancellationToken);
    }

    private SnapshotRepository Open(IRepositoryLeases leases, EncryptionOptions encryption, bool useZstd)
    {
        var options = Options.Create(encryption);
        return new SnapshotRepository(Store, leases, folder["cache"])
        {
            Compression = new Compression(useZstd),
            Cipher = new RepositoryCiphers(new MasterKeys(options), options).Of(Store, isOutside: false),
        };
    }

    public SnapshotRecord Draft(StoredDatabase stored, FilesFacts files)
    {
        var now = new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero).AddSeconds(Interlocked.Increment(ref count));
        var database = new DatabaseFacts(
            stored.PageSize, stored.PageCount, stored.RootHash, stored.MapHash, 7, 0, "UTF-8", "wal", "3.40.1", new Dictionary<string, long> { ["grades"] = 1 });
        return new SnapshotRecord(
            0, SnapshotId.Create(now), tenant, "schule", "Schule am Fluß", now, Clock?.GetUtcNow() ?? now, SnapshotOrigin.Manual, null, database, files,
            database.SizeBytes + files.SizeBytes, 0, [], [], "test");
    }

    /// <summary>Restores a snapshot's database.</summary>
    public async Task<byte[]> RestoreAsync(SnapshotId id, CancellationToken cancellationToken = default)
    {
        var target = folder[$"restored-{Guid.NewGuid():N}"];
        var reader = await OpenAsync(id, cancellationToken);
        await reader.WriteDatabaseAsync(target, null, cancellationToken);
        var bytes = await System.IO.File.ReadAllBytesAsync(target, cancellationToken);
        System.IO.File.Delete(target);
        return bytes;
    }

    public async Task<SnapshotReader> OpenAsync(SnapshotId id, CancellationToken cancellationToken = default) =>
        await Repository.OpenAsync(await Repository.ReadRecordAsync(id, cancellationToken), cancellationToken);

    public static async Task<byte[]> ReadAsync(SnapshotReader reader, string path, CancellationToken cancellationToken = default)
    {
        using var content = new MemoryStream();
        await reader.WriteContentAsync(reader.Files.Single(file => file.Path == path), content, cancellationToken);
        return content.ToArray();
    }
}
