using System.Runtime.Versioning;

namespace BackupPortal.Tests.Model;

/// <summary>Chooses steps by weights that each world has of its own, so that some worlds do much of what others hardly do.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class StepChoice
{
    private static readonly (string Name, int Weight, Func<World, Task> Act)[] all =
    [
        ("write", 34, world => Tell(world, world.Database.Write())),
        ("maintain", 7, world => Tell(world, world.Database.Maintain())),
        ("leave open", 3, world => Tell(world, world.Database.LeaveOpen())),
        ("files", 24, world => Tell(world, world.Files.Change(world.Oracle.UnprovenSince))),
        ("backup", 22, WorkSteps.BackupAsync),
        ("prune", 6, WorkSteps.PruneAsync),
        ("backup beside prune", 4, WorkSteps.BackupBesidePruneAsync),
        ("stopped work", 9, WorkSteps.StoppedAsync),
        ("failed call", 7, WorkSteps.FailedCallAsync),
        ("lying store", 8, WorkSteps.LyingStoreAsync),
        ("cancelled work", 5, WorkSteps.CancelledAsync),
        ("full disk", 3, WorkSteps.FullDiskAsync),
        ("killed work", 1, WorkSteps.KilledAsync),
        ("restore", 10, RestoreSteps.RestoreAsync),
        ("verify", 4, RestoreSteps.VerifyAsync),
        ("go back", 2, RestoreSteps.GoBackAsync),
        ("clock", 6, DisturbanceSteps.MoveClockAsync),
        ("restart", 4, DisturbanceSteps.RestartAsync),
        ("encrypt", 1, DisturbanceSteps.EncryptAsync),
        ("caches", 5, DisturbanceSteps.SpoilCachesAsync),
        ("damage for a while", 4, DisturbanceSteps.DamageForAWhileAsync),
    ];

    // Other processes and a full disk need a repository on disk; the store in memory is the one that can lie.
    private static readonly string[] onDiskOnly = ["full disk", "killed work"];
    private static readonly string[] inMemoryOnly = ["lying store"];

    private readonly Random random;
    private readonly double[] weights;

    public StepChoice(Random random, bool isOnDisk)
    {
        this.random = random;
        var impossible = isOnDisk ? inMemoryOnly : onDiskOnly;
        weights = [.. all.Select(step => impossible.Contains(step.Name) ? 0 : step.Weight * Math.Pow(3, (random.NextDouble() * 2) - 1))];
    }

    public (string Name, Func<World, Task> Act) Next()
    {
        var left = random.NextDouble() * weights.Sum();
        var chosen = 0;
        while (chosen < all.Length - 1 && (left -= weights[chosen]) > 0)
            chosen++;
        return (all[chosen].Name, all[chosen].Act);
    }

    private static Task Tell(World world, string told)
    {
        world.Told = told;
        return Task.CompletedTask;
    }
}
