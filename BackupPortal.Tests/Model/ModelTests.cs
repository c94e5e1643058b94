using System.Runtime.Versioning;

namespace BackupPortal.Tests.Model;

/// <summary>
/// Writes, backups, crashes, faults and restores at random against what must come out: no acknowledged snapshot is lost, and nothing restored is wrong.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class ModelTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public Task RandomSteps_KnownSeed_NothingIsLostAndNothingIsWrong(int seed) => new ModelRun(seed, ModelSettings.StepsPerWorld).RunAsync();

    [Fact]
    public async Task RandomSteps_FreshSeed_NothingIsLostAndNothingIsWrong()
    {
        var seed = ModelSettings.Seed;
        for (var left = ModelSettings.Steps; left > 0; left -= ModelSettings.StepsPerWorld)
            await new ModelRun(seed++, Math.Min(left, ModelSettings.StepsPerWorld)).RunAsync();
    }
}
