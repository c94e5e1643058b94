using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Keeps a tenant's users out while live data is swapped, and lets them in again.</summary>
internal sealed class RestoreFence(MaintenanceGuard guard, IEnumerable<IMaintenanceFence> fences, LiveDatabases databases, TimeProvider time)
{
    private static readonly TimeSpan s_atMost = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Maintenance mode on, durably; then waits for what is still under way in this process. Who needs more than five seconds is broken off. The door to live data
    /// closes last: who is still under way may be about to go through it.
    /// </summary>
    /// <returns>Dispose it when live data may be read again.</returns>
    public async Task<LiveGate> EnterAsync(RestoreJournal journal, Tenant tenant, CancellationToken cancellationToken)
    {
        var notice = guard.Find(tenant.Slug);
        var manual = notice is { Operation: null }
            ? new NoticeFile(notice.SinceUtc, null, notice.By)
            : journal.Note.ManualNotice;
        await using var told = await guard.TellStartAsync(
            tenant.Slug, journal.Note.Kind == OperationKind.Undo ? "undo" : "restore", journal.Note.OperationId, ExpectedAtMost(journal.Note), cancellationToken);
        await journal.WriteAsync(journal.Note with { ManualNotice = manual, PausedUtc = time.GetUtcNow() });
        await guard.EnterAsync(tenant.Slug, journal.Note.OperationId, journal.Note.RequestedBy, CancellationToken.None);
        guard.Withdraw(tenant.Slug);
        var begun = time.GetTimestamp();
        await Task.WhenAll(fences.Select(fence => fence.WaitUntilClearAsync(tenant.Id, s_atMost, cancellationToken)));
        var left = s_atMost - time.GetElapsedTime(begun);
        return await databases.CloseAsync(tenant.Id, left > TimeSpan.Zero ? left : TimeSpan.Zero, cancellationToken);
    }

    /// <summary>Maintenance mode off, or as a person had set it before. Does nothing when it is not this restore's.</summary>
    public async Task LiftAsync(RestoreNote note, Tenant tenant)
    {
        guard.Withdraw(tenant.Slug);
        // A notice that cannot be read is this restore's too: nothing else writes one while its lease is held.
        if (guard.Find(tenant.Slug) is not { } notice || (notice.Problem is null && notice.Operation != note.OperationId))
            return;
        if (note.ManualNotice is { } manual)
            await guard.ReplaceAsync(tenant.Slug, new MaintenanceNotice(manual.SinceUtc, null, manual.By));
        else
            await guard.LeaveAsync(tenant.Slug, CancellationToken.None);
    }

    // As if all pages had to be written; usually files only change places.
    private static TimeSpan? ExpectedAtMost(RestoreNote note) =>
        new FileInfo(note.DatabasePath) is { Exists: true, Length: var bytes } ? TimeSpan.FromSeconds(1 + (bytes / 100e6)) : null;
}
