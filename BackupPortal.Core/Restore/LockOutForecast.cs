using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>Estimates the lock-out of a restore before somebody asks for it.</summary>
public sealed class LockOutForecast(TimeProvider time)
{
    // Two files change places, whatever their size.
    private static readonly TimeSpan s_exclusive = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan s_sharedAtLeast = TimeSpan.FromSeconds(1);

    // Every page is written and synced: about half as fast as docs/performance.md has it measured.
    private const double SharedBytesPerSecond = 100e6;

    // A reader of this process is there for a moment only.
    private const int Looks = 3;
    private static readonly TimeSpan s_betweenLooks = TimeSpan.FromMilliseconds(50);

    /// <returns>Null when it cannot be told: live data cannot be looked at.</returns>
    public async Task<LockOutEstimate?> RunAsync(Tenant tenant, DatabaseFacts snapshot, CancellationToken cancellationToken)
    {
        try
        {
            for (var look = 1; ; look++)
            {
                var state = await Task.Run(() => RestorePreparation.Look(tenant), cancellationToken);
                if (state is not { IsReadable: true, MayBeOpenElsewhere: true })
                    return new LockOutEstimate(false, s_exclusive);
                if (look == Looks || !state.IsWal)
                    return new LockOutEstimate(true, s_sharedAtLeast + TimeSpan.FromSeconds(snapshot.SizeBytes / SharedBytesPerSecond));
                await Task.Delay(s_betweenLooks, time, cancellationToken);
            }
        }
        catch (Exception unknown) when (unknown is PortalException or SqliteException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
