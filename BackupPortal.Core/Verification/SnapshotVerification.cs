using BackupPortal.Core.Catalog;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Verification;

/// <summary>Checks snapshots as far as asked, and keeps the result in the catalog.</summary>
public sealed class SnapshotVerification(TenantRepositories repositories, SnapshotIndex index, TimeProvider time)
{
    /// <param name="snapshot">Null for all snapshots, newest first; otherwise <c>latest</c> or a unique beginning of an identifier.</param>
    /// <param name="progress">Bytes dealt with so far, and in all.</param>
    /// <returns>One result for each snapshot looked at; none when there is no snapshot at all and none was named.</returns>
    /// <exception cref="RepositoryException"><paramref name="snapshot"/> means no snapshot, or several.</exception>
    /// <exception cref="EncryptionException">A key cannot be had: that says nothing of what is encrypted with it.</exception>
    /// <exception cref="PortalException">A drill cannot be carried out, for example because there is no space for it: that says nothing of the snapshot.</exception>
    public async Task<IReadOnlyList<VerifiedSnapshot>> RunAsync(
        Tenant tenant, string? snapshot, VerifyLevel level, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var repository = repositories.Of(tenant);
        var chosen = snapshot is null
            ? await repository.ListAsync(cancellationToken)
            : [await repository.ResolveAsync(snapshot, cancellationToken)];
        var results = new List<VerifiedSnapshot>();
        var records = await ReadRecordsAsync(repository, chosen, results, cancellationToken);
        var total = records.Sum(record => WorkOf(record, level));
        long done = 0;
        foreach (var record in records)
        {
            var before = done;
            var began = time.GetTimestamp();
            var inOne = progress is null ? null : new HighestProgress(bytes => progress(before + bytes, total));
            var result = await VerifyOneAsync(tenant, repository, record, level, inOne, cancellationToken);
            results.Add(result with { Took = time.GetElapsedTime(began) });
            done += WorkOf(record, level);
            progress?.Invoke(done, total);
        }
        // A snapshot that the catalog has not heard of yet could not be marked.
        await index.ListAsync(tenant, cancellationToken);
        foreach (var result in results)
        {
            var check = new SnapshotCheck(level, time.GetUtcNow(), result.Took);
            await index.MarkVerifiedAsync(tenant.Id, result.Snapshot, check, result.IsWhole, cancellationToken);
        }
        return [.. results.OrderByDescending(result => result.Snapshot.Value, StringComparer.Ordinal)];
    }

    private static async Task<List<SnapshotRecord>> ReadRecordsAsync(
        SnapshotRepository repository, IReadOnlyList<SnapshotId> chosen, List<VerifiedSnapshot> results, CancellationToken cancellationToken)
    {
        var records = new List<SnapshotRecord>();
        foreach (var id in chosen)
        {
            try
            {
                records.Add(await repository.ReadRecordAsync(id, cancellationToken));
            }
            catch (PortalException e) when (e is not EncryptionException)
            {
                results.Add(new VerifiedSnapshot(id, [e.What.ToString()], []));
            }
        }
        return records;
    }

    // A drill writes everything, and then reads what it wrote.
    private static long WorkOf(SnapshotRecord record, VerifyLevel level) => level switch
    {
        VerifyLevel.Presence => 0,
        VerifyLevel.Decode => record.SizeBytes,
        _ => 2 * record.SizeBytes,
    };

    private static async Task<VerifiedSnapshot> VerifyOneAsync(
        Tenant tenant, SnapshotRepository repository, SnapshotRecord record, VerifyLevel level, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        try
        {
            var reader = await repository.OpenAsync(record, cancellationToken);
            return level switch
            {
                VerifyLevel.Presence => new VerifiedSnapshot(record.Id, await reader.CheckPresenceAsync(cancellationToken), []),
                VerifyLevel.Decode => new VerifiedSnapshot(record.Id, await reader.VerifyAsync(progress, cancellationToken), []),
                _ => await new SnapshotDrill(tenant, reader).RunAsync(progress, cancellationToken),
            };
        }
        catch (PortalException e) when (e is not EncryptionException && (level != VerifyLevel.Drill || e is RepositoryException))
        {
            return new VerifiedSnapshot(record.Id, [e.What.ToString()], []);
        }
    }
}

/// <summary>What a check of one snapshot gave.</summary>
/// <param name="Problems">What is damaged or missing, in words for the log; empty when the snapshot is whole.</param>
/// <param name="Notices">What a restore of it would warn of; no damage.</param>
public sealed record VerifiedSnapshot(SnapshotId Snapshot, IReadOnlyList<string> Problems, IReadOnlyList<string> Notices)
{
    public bool IsWhole => Problems.Count == 0;

    public TimeSpan Took { get; init; }
}
