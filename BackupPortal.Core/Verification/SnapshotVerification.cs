using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Verification;

/// <summary>Proves snapshots by decoding everything that a restore of them needs, and keeps the result in the catalog.</summary>
public sealed class SnapshotVerification(TenantRepositories repositories, SnapshotIndex index, TimeProvider time)
{
    /// <param name="snapshot">Null for all snapshots, newest first; otherwise <c>latest</c> or a unique beginning of an identifier.</param>
    /// <param name="progress">Bytes decoded so far, and in all.</param>
    /// <returns>One result for each snapshot looked at; none when there is no snapshot at all and none was named.</returns>
    /// <exception cref="RepositoryException"><paramref name="snapshot"/> means no snapshot, or several.</exception>
    public async Task<IReadOnlyList<VerifiedSnapshot>> RunAsync(
        Tenant tenant, string? snapshot, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var repository = repositories.Of(tenant);
        var chosen = snapshot is null
            ? await repository.ListAsync(cancellationToken)
            : [await repository.ResolveAsync(snapshot, cancellationToken)];
        var results = new List<VerifiedSnapshot>();
        var records = await ReadRecordsAsync(repository, chosen, results, cancellationToken);
        var total = records.Sum(record => record.SizeBytes);
        long done = 0;
        foreach (var record in records)
        {
            var before = done;
            var inOne = progress is null ? null : new HighestProgress(bytes => progress(before + bytes, total));
            results.Add(await VerifyOneAsync(repository, record, inOne, cancellationToken));
            done += record.SizeBytes;
            progress?.Invoke(done, total);
        }
        // A snapshot that the catalog has not heard of yet could not be marked.
        await index.ListAsync(tenant, cancellationToken);
        foreach (var result in results)
            await index.MarkVerifiedAsync(tenant.Id, result.Snapshot, time.GetUtcNow(), result.IsWhole, cancellationToken);
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
            catch (PortalException e)
            {
                results.Add(new VerifiedSnapshot(id, IsWhole: false, [e.What.ToString()]));
            }
        }
        return records;
    }

    private static async Task<VerifiedSnapshot> VerifyOneAsync(
        SnapshotRepository repository, SnapshotRecord record, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> problems;
        try
        {
            var reader = await repository.OpenAsync(record, cancellationToken);
            problems = await reader.VerifyAsync(progress, cancellationToken);
        }
        catch (PortalException e)
        {
            problems = [e.What.ToString()];
        }
        return new VerifiedSnapshot(record.Id, problems.Count == 0, problems);
    }
}

/// <summary>What a proof of one snapshot gave.</summary>
/// <param name="Problems">What is damaged or missing, in words for the log; empty when the snapshot is whole.</param>
public sealed record VerifiedSnapshot(SnapshotId Snapshot, bool IsWhole, IReadOnlyList<string> Problems);
