using BackupPortal.Core.Demo;

namespace BackupPortal.Tests.Cli;

public sealed class PruneCommandTests : IDisposable
{
    private readonly CommandLineSchool _school = new();

    [Fact]
    public async Task Prune_AfterThreeBackups_DoesWhatItsDryRunSaid()
    {
        await _school.AddAsync();
        var names = new List<string>();
        for (var day = 0; day < 3; day++)
        {
            names.Insert(0, (await _school.Program.ReadAsync("backup", "park")).GetProperty("snapshot").GetString()!);
            await DemoDay.LiveAsync(_school.Live, day, TestContext.Current.CancellationToken);
        }

        var plan = await _school.Program.ReadAsync("prune", "park", "--keep", "2", "--dry-run");
        Assert.Equal((3, true), ((await _school.Program.ReadAsync("list", "park")).GetArrayLength(), plan.GetProperty("dryRun").GetBoolean()));
        var done = await _school.Program.ReadAsync("prune", "park", "--keep", "2");

        Assert.Equal(
            ["operation", "state", "dryRun", "givenUp", "held", "kept", "deleted", "waiting", "nextUtc", "repacked", "unknown"],
            done.EnumerateObject().Select(property => property.Name));
        Assert.Equal(names[2], Assert.Single(done.GetProperty("givenUp").EnumerateArray()).GetString());
        Assert.Equal(plan.GetProperty("givenUp").GetRawText(), done.GetProperty("givenUp").GetRawText());
        Assert.Equal(2, done.GetProperty("kept").GetInt32());
        Assert.Equal(names.Take(2), (await _school.Program.ReadAsync("list", "park")).EnumerateArray().Select(one => one.GetProperty("snapshot").GetString()));

        var refused = await _school.Program.RunAsync("prune", "park", "--snapshot", names[0], "--snapshot", names[1]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("the last good backup", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(2, (await _school.Program.RunAsync("prune", "park", "--keep", "0")).ExitCode);
        Assert.Equal(2, (await _school.Program.ReadAsync("list", "park")).GetArrayLength());
    }

    public void Dispose() => _school.Dispose();
}
