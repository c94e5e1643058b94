using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Backup;

/// <summary>
/// Backs up an invented database of two pages, so that all code that a backup runs is loaded. Half of what a backup of a small school takes is loading code, one
/// piece after the other; a command does so on another core while it opens the catalog.
/// </summary>
public static class BackupRehearsal
{
    /// <summary>A folder in memory: nothing of a rehearsal is to wait for a disk, or to keep it from others.</summary>
    private const string Memory = "/dev/shm";

    /// <summary>Where the system has no folder in memory, only what can do without one is loaded.</summary>
    public static async Task RunAsync()
    {
        EngineStart.Run();
        if (Directory.Exists(Memory))
            await RunAsync(Memory);
    }

    /// <param name="parent">Nothing is left in it.</param>
    /// <returns>What was committed.</returns>
    internal static async Task<SnapshotRecord> RunAsync(string parent)
    {
        var folder = Path.Combine(parent, $"backupportal-rehearsal-{Guid.NewGuid():N}");
        Directory.CreateDirectory(folder);
        try
        {
            var tenant = Invent(folder);
            Directory.CreateDirectory(tenant.FilesPath);
            using (Open(tenant.DatabasePath))
                return await BackUpAsync(tenant);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Tenant Invent(string folder) => new(
        TenantId.Create(), TenantSlug.Parse("rehearsal"), "Rehearsal", TimeZoneInfo.Utc, Path.Combine(folder, "live.db"), Path.Combine(folder, "files"),
        new TenantHome(Path.Combine(folder, "home")), DateTimeOffset.UnixEpoch);

    /// <returns>Held open, as an application does.</returns>
    private static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = database, Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA journal_mode=WAL; CREATE TABLE rehearsal(id INTEGER PRIMARY KEY); INSERT INTO rehearsal VALUES (1)";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static async Task<SnapshotRecord> BackUpAsync(Tenant tenant)
    {
        var store = new LocalDirectoryStore(tenant.Home.Repository, TimeProvider.System);
        var repository = new SnapshotRepository(
            store, new DirectoryLeases(store, new LeaseOptions(), TimeProvider.System), Path.Combine(tenant.Home.Scratch, "cache"));
        await using var draft = await SnapshotDraft.BeginAsync(
            tenant, repository, static (_, _) => Task.CompletedTask, static (one, _) => Task.FromResult(new TenantDetails(one.TimeZone.Id, "", "", false, "", [])),
            TimeProvider.System, CancellationToken.None);
        await draft.PinLiveDatabaseAsync(CancellationToken.None);
        await draft.StorePinnedDatabaseAsync(static (_, _) => { }, CancellationToken.None);
        await draft.StoreFilesAsync(tenant.FilesPath, [], static (_, _) => { }, CancellationToken.None);
        await draft.StoreManifestAsync(CancellationToken.None);
        return await draft.CommitAsync(SnapshotOrigin.Manual, note: null, by: "");
    }
}
