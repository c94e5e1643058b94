using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Restore;

/// <summary>What restores keep in quarantine: raw files of live data that could not be made a snapshot. They go when their time is over.</summary>
public sealed class QuarantineList
{
    private readonly IRestoreCheckpoint _checkpoint;
    private readonly RestoreKeepOptions _options;
    private readonly TimeProvider _time;

    internal QuarantineList(IRestoreCheckpoint checkpoint, IOptions<RestoreKeepOptions> options, TimeProvider time)
    {
        _checkpoint = checkpoint;
        _options = options.Value;
        _time = time;
    }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<QuarantinedState> List(Tenant tenant) =>
        [.. RestoreJournal.ListClosed(tenant.Home, _checkpoint).Select(ToState).OrderByDescending(state => state.SinceUtc)];

    /// <summary>Deletes what has been kept long enough. Safe at any time.</summary>
    /// <returns>How many were deleted.</returns>
    public int DeleteExpired(Tenant tenant)
    {
        var expired = RestoreJournal.ListClosed(tenant.Home, _checkpoint).Where(journal => ToState(journal).UntilUtc <= _time.GetUtcNow()).ToList();
        foreach (var journal in expired)
            journal.DeleteQuarantine();
        return expired.Count;
    }

    private QuarantinedState ToState(RestoreJournal journal)
    {
        var since = journal.Note.KeptUtc ?? journal.Note.PausedUtc ?? DateTimeOffset.UnixEpoch;
        List<string> folders = [.. Quarantine.Folders(journal.Note)];
        return new QuarantinedState(
            journal.Note.OperationId, journal.Note.SnapshotId, since, since + _options.QuarantineTime, folders.Sum(SizeOf), folders);
    }

    private static long SizeOf(string folder) =>
        new DirectoryInfo(folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
            .Where(file => file.LinkTarget is null).Sum(file => file.Length);
}

/// <summary>Raw files that one restore keeps.</summary>
/// <param name="Operation">The restore or undo that put them aside.</param>
/// <param name="SinceUtc">When they were live last.</param>
/// <param name="UntilUtc">When they are deleted.</param>
/// <param name="Folders">Where they are; absolute.</param>
public sealed record QuarantinedState(
    OperationId Operation, SnapshotId Restored, DateTimeOffset SinceUtc, DateTimeOffset UntilUtc, long SizeBytes, IReadOnlyList<string> Folders);
