using BackupPortal.Core.Catalog;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Verification;

/// <summary>Proves snapshots by decoding everything that a restore of them needs, and keeps the result in the catalog.</summary>
public sealed class SnapshotVerification(TenantRepositories repositories, SnapshotIndex index, TimeProvider time)
{
    /// <param name="snapshot">Null for all snapshots, newest first; otherwise <c>latest</c> or a unique beginning of an identifier.</param>
    /// <param name="progress">Bytes decoded so far, and in all.</param>
    /// <exception cref="RepositoryException"><paramref name="snapshot"/> means no snapshot, or several.</exception>
    public Task<IReadOnlyList<VerifiedSnapshot>> RunAsync(
        Tenant tenant, string? snapshot, Action<long, long>? progress, CancellationToken cancellationToken) =>
        throw new NotImplementedException($"{repositories}{index}{time}");
}

/// <summary>What a proof of one snapshot gave.</summary>
/// <param name="Problems">What is damaged or missing, in words for the log; empty when the snapshot is whole.</param>
public sealed record VerifiedSnapshot(SnapshotId Snapshot, bool IsWhole, IReadOnlyList<string> Problems);
