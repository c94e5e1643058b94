using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Pruning;

/// <summary>What a prune has to know of a repository: all that is in it, and what the snapshots need. Reads only.</summary>
/// <param name="Records">Of the snapshots that stay.</param>
/// <param name="Kept">What the snapshots that stay need.</param>
/// <param name="NeededByAll">Keys of what is needed now, with the snapshots that are given up.</param>
internal sealed record PruneSurvey(
    RepositoryInventory Inventory,
    Tombstones Tombstones,
    IReadOnlyList<SnapshotRecord> Records,
    RepositoryMark Kept,
    IReadOnlySet<string> NeededByAll) : IDisposable
{
    /// <summary>Keys of what no snapshot needs.</summary>
    public IEnumerable<string> Unreferenced => Candidates.Where(key => !NeededByAll.Contains(key));

    /// <summary>Keys of what no snapshot needs once those that are given up are gone; without their records.</summary>
    public IEnumerable<string> UnreferencedAfter(IReadOnlyCollection<SnapshotId> giveUp) => Candidates
        .Where(key => !Kept.Keys.Contains(key) && !(RepositoryLayout.SnapshotOf(key) is { } id && giveUp.Contains(id)));

    /// <summary>Moves that an earlier run left half done.</summary>
    public IReadOnlyList<PackMove> HalfDone => [.. Tombstones.Moves.Where(move => move.IsHalfDone(Kept.Packs))];

    private IEnumerable<string> Candidates => Inventory.Content.Keys.Concat(Inventory.Records.Keys);

    public long SizeOf(string key) => (Inventory.Content.GetValueOrDefault(key) ?? Inventory.Records[key]).SizeBytes;

    /// <param name="giveUp">Snapshots that go; whatever of them cannot be read does not hinder.</param>
    /// <exception cref="PortalException">Something of the others cannot be read, or a listing failed: nobody knows what is needed.</exception>
    public static async Task<PruneSurvey> MakeAsync(
        SnapshotRepository repository, IReadOnlyCollection<SnapshotId> giveUp, CancellationToken cancellationToken)
    {
        var tombstones = await Tombstones.ReadAsync(repository.Store, cancellationToken);
        var inventory = await RepositoryInventory.ListAsync(repository.Store, cancellationToken);
        await CheckListingAsync(repository, tombstones, inventory, cancellationToken);
        var kept = new RepositoryMark(repository);
        try
        {
            using var gone = new RepositoryMark(repository);
            var records = new List<SnapshotRecord>();
            foreach (var (id, revision) in inventory.Snapshots)
            {
                if (giveUp.Contains(id))
                    await TryMarkAsync(repository, id, revision, gone, cancellationToken);
                else
                    records.Add(await MarkAsync(repository, id, revision, kept, cancellationToken));
            }
            await CheckPresenceAsync(repository, inventory, kept, cancellationToken);
            return new PruneSurvey(inventory, tombstones, records, kept, kept.Keys.Union(gone.Keys).ToHashSet(StringComparer.Ordinal));
        }
        catch
        {
            kept.Dispose();
            throw;
        }
    }

    public void Dispose() => Kept.Dispose();

    private static async Task<SnapshotRecord> MarkAsync(
        SnapshotRepository repository, SnapshotId id, int revision, RepositoryMark mark, CancellationToken cancellationToken)
    {
        try
        {
            var record = await repository.ReadRecordAsync(id, revision, cancellationToken);
            await mark.AddAsync(record, cancellationToken);
            return record;
        }
        catch (RepositoryException e)
        {
            throw new PortalException(
                new Message("Pruning", "CannotRead", id.Value, e.What.ToString()), new Message("Pruning", "CannotReadHint", id.Value), cause: e);
        }
    }

    private static async Task TryMarkAsync(
        SnapshotRepository repository, SnapshotId id, int revision, RepositoryMark mark, CancellationToken cancellationToken)
    {
        try
        {
            await mark.TryAddAsync(await repository.ReadRecordAsync(id, revision, cancellationToken), cancellationToken);
        }
        catch (RepositoryException)
        {
            // Its record is damaged, and it was named to be given up; what it needed waits for a day like everything else.
        }
    }

    // A listing that leaves out a record would make all that it needs look unreferenced.
    private static async Task CheckListingAsync(
        SnapshotRepository repository, Tombstones tombstones, RepositoryInventory inventory, CancellationToken cancellationToken)
    {
        foreach (var key in tombstones.Records.Where(key => !inventory.Records.ContainsKey(key)))
        {
            if (await repository.Store.FindAsync(key, cancellationToken) is not null)
                throw new PortalException(new Message("Pruning", "ListingIncomplete", key), new Message("Pruning", "ListingIncompleteHint"), canRetry: true);
        }
    }

    private static async Task CheckPresenceAsync(
        SnapshotRepository repository, RepositoryInventory inventory, RepositoryMark kept, CancellationToken cancellationToken)
    {
        foreach (var key in kept.Keys.Where(key => !inventory.Content.ContainsKey(key) && !inventory.Records.ContainsKey(key)))
        {
            if (await repository.Store.FindAsync(key, cancellationToken) is null)
                throw new PortalException(new Message("Pruning", "Missing", key), new Message("Pruning", "MissingHint"));
        }
    }
}
