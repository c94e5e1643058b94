using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;

namespace BackupPortal.Core.Restore;

/// <summary>
/// The time between preparation and lock-out: users are told, so that they can finish what they are doing, and whoever asked for the restore can call it off.
/// Then what may have changed meanwhile is looked at again.
/// </summary>
internal sealed class RestoreCountdown(MaintenanceGuard guard, RestorePreparation preparation, IRestoreCheckpoint checkpoint, TimeProvider time)
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    /// <param name="countdown">Zero to lock users out at once; nothing is announced then.</param>
    /// <exception cref="OperationCanceledException">It was called off. As after any failure, nothing is announced any more, and nothing is left of the restore.</exception>
    public async Task RunAsync(
        OperationContext context, SnapshotReader reader, RestoreJournal journal, bool allowNewerSchema, TimeSpan countdown, CancellationToken cancellationToken)
    {
        try
        {
            var begun = time.GetTimestamp();
            await preparation.LookAgainAsync(context, reader, journal, allowNewerSchema, cancellationToken);
            if (countdown == TimeSpan.Zero)
                return;
            // The next look takes as long at most, and is not to make users wait for longer than they were told.
            var look = time.GetElapsedTime(begun) + s_second;
            begun = await AnnounceAsync(context, countdown);
            await CountAsync(context, begun, countdown, until: look, cancellationToken);
            await preparation.LookAgainAsync(context, reader, journal, allowNewerSchema, cancellationToken);
            await CountAsync(context, begun, countdown, until: TimeSpan.Zero, cancellationToken);
        }
        catch
        {
            guard.Withdraw(context.Tenant.Slug);
            journal.Clear();
            throw;
        }
    }

    private async Task<long> AnnounceAsync(OperationContext context, TimeSpan countdown)
    {
        context.EnterPhase(OperationPhase.Countdown);
        var begun = time.GetTimestamp();
        await guard.AnnounceAsync(
            context.Tenant.Slug, new MaintenanceAnnouncement(time.GetUtcNow() + countdown, context.Id, context.RequestedBy));
        context.Log(RestoreText.Of("Announced", $"{countdown.TotalSeconds:0}"));
        checkpoint.Reached("Announced");
        return begun;
    }

    private async Task CountAsync(OperationContext context, long begun, TimeSpan countdown, TimeSpan until, CancellationToken cancellationToken)
    {
        TimeSpan left;
        while ((left = countdown - time.GetElapsedTime(begun)) > until)
        {
            context.ReportWait(left, countdown);
            await Task.Delay(left - until < s_second ? left - until : s_second, time, cancellationToken);
        }
    }
}
