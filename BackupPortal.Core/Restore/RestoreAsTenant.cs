using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Makes a new tenant of a snapshot of another one, whose live data is not touched: to look at last month beside today. It is there as a whole or not at all; what a
/// killed process left is found by its marks and deleted.
/// </summary>
public sealed class RestoreAsTenant
{
    // No tenant's folder is called so.
    private const string ArrivalPrefix = ".arriving-";
    private const string LockSuffix = ".lock";

    /// <summary>In the folder of a tenant whose row may not be in the catalog yet.</summary>
    private const string ArrivalMark = ".arriving";

    private readonly RestoreSource _source;
    private readonly TenantRegistration _registration;
    private readonly TenantStore _tenants;
    private readonly DataRoot _root;
    private readonly IRestoreCheckpoint _checkpoint;
    private readonly TimeProvider _time;

    internal RestoreAsTenant(
        RestoreSource source, TenantRegistration registration, TenantStore tenants, DataRoot root, IRestoreCheckpoint checkpoint, TimeProvider time) =>
        (_source, _registration, _tenants, _root, _checkpoint, _time) = (source, registration, tenants, root, checkpoint, time);

    /// <summary>Whether such a tenant could be added now.</summary>
    /// <exception cref="InvalidTenantException">With every problem at once.</exception>
    public Task CheckAsync(NewTenant wanted, CancellationToken cancellationToken) => _registration.CheckArrivalAsync(wanted, cancellationToken);

    /// <param name="id">The identifier that the new tenant gets.</param>
    /// <param name="of">Whose snapshot it is. The caller holds its lease, so that the snapshot stays.</param>
    /// <param name="admin">The account that becomes the new tenant's only member; null for none.</param>
    /// <param name="progress">Bytes written so far, and in all.</param>
    /// <param name="begin">Called before the first step that others can see.</param>
    /// <exception cref="PortalException">The snapshot is missing or damaged, there is no room, or the tenant cannot be added. Nothing is left then.</exception>
    public async Task<Tenant> RunAsync(
        TenantId id, Tenant of, SnapshotId snapshot, NewTenant wanted, Guid? admin, string by, Action<long, long>? progress, Action begin, CancellationToken cancellationToken)
    {
        // What a killed process left in the folder goes first: it is nobody's.
        await ClearAsync(cancellationToken);
        await CheckAsync(wanted, cancellationToken);
        var reader = await _source.OpenAsync(of, snapshot, from: null, cancellationToken);
        var folder = Path.Combine(_root.Tenants, ArrivalPrefix + Guid.NewGuid().ToString("N"));
        using var held = await HoldAsync(folder, cancellationToken);
        try
        {
            _checkpoint.Reached("Arriving");
            await RestoreToFolder.WriteAsync(reader, folder, progress, cancellationToken);
            _checkpoint.Reached("Arrived");
            await ProveAsync(reader.Record, Path.Combine(folder, "app.db"), cancellationToken);
            await DurableFile.WriteAsync(Path.Combine(folder, ArrivalMark), default);
            _checkpoint.Reached("ArrivalMarked");
            begin();
            var added = await _registration.AddAsync(wanted, trustPaths: false, by, new TenantArrival(home => MoveIn(folder, home), id, admin), CancellationToken.None);
            _checkpoint.Reached("TenantAdded");
            DurableFile.Delete(Path.Combine(added.Home.Path, ArrivalMark));
            _checkpoint.Reached("MarkDeleted");
            return added;
        }
        catch
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            await ClearAsync(CancellationToken.None);
            throw;
        }
        finally
        {
            File.Delete(folder + LockSuffix);
        }
    }

    /// <summary>Deletes what killed processes left of tenants that never came to be. Cheap when there is nothing; safe at any time.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken)
    {
        if (!Directory.Exists(_root.Tenants))
            return;
        foreach (var folder in Directory.GetDirectories(_root.Tenants, ArrivalPrefix + "*"))
            ClearStaged(folder);
        var locks = Directory.GetFiles(_root.Tenants, ArrivalPrefix + "*" + LockSuffix);
        var moved = Directory.GetDirectories(_root.Tenants).Where(folder => File.Exists(Path.Combine(folder, ArrivalMark))).ToList();
        if (moved.Count == 0 && locks.Length == 0)
            return;
        // Between its arrival and its row a tenant is added under this lock.
        using var alone = await _registration.LockAsync(cancellationToken);
        foreach (var left in locks)
            ClearStaged(left[..^LockSuffix.Length]);
        var known = (await _tenants.ListAsync(cancellationToken)).Select(tenant => tenant.Slug.Value).ToHashSet(StringComparer.Ordinal);
        foreach (var folder in moved.Where(folder => File.Exists(Path.Combine(folder, ArrivalMark))))
        {
            if (known.Contains(Path.GetFileName(folder)))
                DurableFile.Delete(Path.Combine(folder, ArrivalMark));
            else
                Directory.Delete(folder, recursive: true);
        }
    }

    // Under the same lock as whoever looks for locks that nobody holds: in between it is there and not held.
    private async Task<FileLock> HoldAsync(string folder, CancellationToken cancellationToken)
    {
        using var alone = await _registration.LockAsync(cancellationToken);
        return await FileLock.TakeAsync(folder + LockSuffix, _time, cancellationToken);
    }

    private static void ClearStaged(string folder)
    {
        using var free = FileLock.TryTake(folder + LockSuffix);
        if (free is null)
            return;
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        File.Delete(folder + LockSuffix);
    }

    private static async Task ProveAsync(SnapshotRecord record, string database, CancellationToken cancellationToken)
    {
        StagedDatabase.SetJournalMode(database, record.Database.JournalMode == "wal");
        if (new FileInfo(database).Length == 0)
            return;
        var proof = await DatabaseProof.RunAsync(database, cancellationToken);
        if (proof.Problems.Count > 0)
            throw RestoreText.Refusal("SnapshotNotWhole", "SnapshotNotWholeHint", null, proof.Problems[0]);
    }

    private void MoveIn(string folder, TenantHome home)
    {
        // What an attempt to add such a tenant may have left: folders with nothing in them.
        if (Directory.Exists(home.Path) && home.IsEmpty())
            Directory.Delete(home.Path, recursive: true);
        if (FileStamp.Find(home.Path) is not null)
            throw RestoreText.Refusal("HomeTaken", "HomeTakenHint", null, home.Path);
        FileMove.Run(folder, home.Path);
        DurableFile.SyncFolder(Path.GetDirectoryName(home.Path)!);
        _checkpoint.Reached("MovedIn");
    }
}
