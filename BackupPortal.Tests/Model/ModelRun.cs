using System.Globalization;
using System.Runtime.Versioning;

namespace BackupPortal.Tests.Model;

/// <summary>The life of one world: steps at random, each followed by what must always hold.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ModelRun(int seed, int steps)
{
    private const int TellLast = 30;

    private readonly List<string> log = [];

    /// <summary>Ends with a message that says how to do it again.</summary>
    public async Task RunAsync()
    {
        var random = new Random(seed);
        await using var world = await World.CreateAsync(random);
        var choice = new StepChoice(random, world.IsOnDisk);
        try
        {
            for (var number = 1; number <= steps; number++)
            {
                TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
                await StepAsync(world, number, choice);
            }
            log.Add("end: everything is restored and compared");
            await RestoreSteps.CompareAllAsync(world);
            log.Add("end: all but the newest is given up");
            await WorkSteps.PruneToOneAsync(world);
        }
        catch (Exception e)
        {
            throw new ModelFailedException(Report(e), e);
        }
    }

    private async Task StepAsync(World world, int number, StepChoice choice)
    {
        var step = choice.Next();
        world.Told = "";
        world.Clock.Advance(TimeSpan.FromMilliseconds(world.Random.Next(1, 4000)));
        log.Add(string.Create(CultureInfo.InvariantCulture, $"{number} {step.Name}"));
        try
        {
            await step.Act(world);
            await CheckAsync(world);
        }
        finally
        {
            log[^1] += $": {world.Told}";
            if (ModelSettings.LogFile is { } file)
                await File.AppendAllTextAsync(file, $"{seed} {log[^1]}\n", CancellationToken.None);
        }
    }

    private static async Task CheckAsync(World world)
    {
        var listed = await world.Repository.ListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(world.Oracle.Snapshots.Select(one => one.Record.Id).Reverse(), listed);
        if (listed.Count == 0)
            return;
        var newest = await world.Repository.ReadRecordAsync(listed[0], TestContext.Current.CancellationToken);
        Assert.Equal(world.Oracle.Snapshots[^1].Record.Database.RootHash, newest.Database.RootHash);
    }

    private string Report(Exception failure) => $"""
        {failure.GetType().Name}: {failure.Message}

        The last of {log.Count} steps:
          {string.Join("\n  ", log.TakeLast(TellLast))}

        Do it again with:
          {ModelSettings.CommandFor(seed, steps)}
        Everything follows from the seed, but for the moment at which a process is killed and the order of calls that are made at the same time.
        """;
}

/// <summary>A world in which something was lost or wrong.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class ModelFailedException(string message, Exception cause) : Exception(message, cause);
