using BackupPortal.Core.Pruning;

namespace BackupPortal.Tests.Pruning;

/// <summary>A tombstone on something that a snapshot came to use while a prune looked.</summary>
public sealed class StaleTombstoneTests : IDisposable
{
    private readonly PruneRig rig = new();

    public void Dispose() => rig.Dispose();

    [Fact]
    public async Task Backup_OnWhatAPruneBuriedWhileTheLastBackupEnded_GoesOnAndIsKept()
    {
        var made = await rig.BackupSeveralAsync(2);
        // The backup begins on what is then given up, and ends when the prune has marked without it.
        await using (var writer = await rig.Repository.BeginAsync(TestContext.Current.CancellationToken))
            await rig.PruneAsync(rig.Repository, new At("MarkedAgain", () => rig.BackupAsync(writer: writer)), made[^1].Id);
        rig.Clock.Advance(TimeSpan.FromHours(13));

        rig.Change();
        await rig.BackupAsync();

        await rig.AssertWholeAsync();
        await rig.AssertNothingIsLeftOverAsync();
        await rig.AssertWholeAsync();
    }

    private sealed class At(string point, Func<Task> act) : IPruneCheckpoint
    {
        public void Reached(string reached)
        {
            if (reached == point)
                act().GetAwaiter().GetResult();
        }
    }
}
