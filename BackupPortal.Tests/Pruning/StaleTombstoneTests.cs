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

    [Fact]
    public async Task Backup_OfAStateWhoseDocumentsAreBuried_TakesThemIntoUseAgain()
    {
        using var folder = new TestFolder();
        using var school = PruneRig.InDirectory(folder["repository"]);
        var state = school.State;
        var first = await school.BackupAsync();
        await school.BackupSeveralAsync(1);
        var buried = await school.PruneAsync(first.Id);
        school.Clock.Advance(TimeSpan.FromHours(13));

        school.State = state;
        var again = await school.BackupAsync();

        Assert.Equal(first.Files.ManifestHash, again.Files.ManifestHash);
        Assert.Contains(buried.GiveUp, id => id == first.Id);
        school.Clock.Advance(TimeSpan.FromHours(25));
        await school.PruneAsync();
        await school.AssertWholeAsync();
    }

    private sealed class At(string point, Func<Task> act) : IPruneCheckpoint
    {
        public Task ReachedAsync(string reached) => reached == point ? act() : Task.CompletedTask;
    }
}
