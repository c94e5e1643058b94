using System.Runtime.Versioning;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Model;

/// <summary>One backup or one prune.</summary>
/// <param name="GiveUp">Null for a backup; otherwise the snapshots that a prune gives up, newest first.</param>
[UnsupportedOSPlatform("windows")]
internal sealed record Work(IReadOnlyList<SnapshotId>? GiveUp)
{
    private const string BackupWord = "backup";

    public static Work Backup { get; } = new((IReadOnlyList<SnapshotId>?)null);

    /// <summary>As <see cref="ToString"/> says it.</summary>
    public static Work Parse(string text) =>
        text == BackupWord ? Backup : new Work([.. text.Split(',')[1..].Select(SnapshotId.Parse)]);

    /// <summary>Says what was done, once it is done: the new snapshot's name, or that it was a prune.</summary>
    public async Task<SnapshotId?> RunAsync(
        Tenant tenant, SnapshotRepository repository, SnapshotIndex index, TimeProvider time, CancellationToken cancellationToken)
    {
        if (GiveUp is null)
            return (await BackupRun.RunAsync(tenant, repository, index, time, cancellationToken)).Id;
        await new RepositoryPruning(repository, time, new NoPruneCheckpoint()).RunAsync(GiveUp, [], () => { }, cancellationToken);
        return null;
    }

    /// <summary>In one word without spaces.</summary>
    public override string ToString() => GiveUp is null ? BackupWord : $"prune{string.Concat(GiveUp.Select(id => $",{id}"))}";
}
