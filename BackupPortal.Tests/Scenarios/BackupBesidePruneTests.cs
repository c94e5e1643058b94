using BackupPortal.Core.Demo;
using BackupPortal.Core.Storage;
using BackupPortal.Tests.Cli;
using BackupPortal.Tests.Repository;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Backups in one process while another one prunes the same repository, again and again.</summary>
public sealed class BackupBesidePruneTests
{
    private const int Backups = 4;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Backup_CommandsPruneAtTheSameTime_NoneIsLostAndAllThatAreKeptAreWhole()
    {
        using var school = new CommandLineSchool();
        await school.AddAsync();
        var made = new List<string> { await BackUpAsync(school) };
        using var end = new CancellationTokenSource();
        var pruning = PruneAsync(school, end.Token);
        for (var day = 0; day < Backups; day++)
        {
            await DemoDay.LiveAsync(school.Live, day, Cancel);
            made.Add(await BackUpAsync(school));
        }
        await end.CancelAsync();
        var (givenUp, prunes) = await pruning;

        var left = (await school.Program.ReadAsync("list", "park")).EnumerateArray().Select(one => one.GetProperty("snapshot").GetString()!).ToList();
        Assert.InRange(prunes, 1, int.MaxValue);
        Assert.NotEmpty(givenUp);
        Assert.Equal(made.Order(StringComparer.Ordinal), left.Concat(givenUp).Order(StringComparer.Ordinal));
        Assert.Equal(made.TakeLast(2), left.Order(StringComparer.Ordinal).TakeLast(2));
        var verified = await school.Program.ReadAsync("verify", "park", "--all", "--level", "decode");
        Assert.Equal(left.Count, verified.GetArrayLength());
    }

    [Theory]
    [InlineData("eiche", "eiche")]
    [InlineData("eiche", "linde")]
    public async Task Backup_AnotherHostPrunesTheSameDirectory_NoneIsLostAndAllThatAreKeptAreWhole(string backupHost, string pruneHost)
    {
        using var folder = new TestFolder();
        SampleDatabase.Create(folder["app.db"], 200);
        var made = new List<string>();
        using var pruning = PruneLoopProcess.Start(pruneHost, folder["repository"]);
        using (var backups = WritingProcess.Start(backupHost, folder["repository"], folder["app.db"], TimeSpan.FromSeconds(30), Backups * 2))
        {
            while (await backups.ReadAsync() is var line && line != "ended")
            {
                if (line != "holding")
                {
                    made.Add(line);
                    continue;
                }
                TestDatabase.Execute(folder["app.db"], $"UPDATE grades SET points = {made.Count} WHERE id % 10 = {made.Count}");
                await backups.GoOnAsync();
            }
        }
        var (givenUp, prunes) = await pruning.EndAsync();

        var rig = new RepositoryRig(folder, new LocalDirectoryStore(folder["repository"], TimeProvider.System));
        var left = await rig.Repository.ListAsync(Cancel);
        Assert.InRange(prunes, 1, int.MaxValue);
        Assert.Equal(Backups * 2, made.Count);
        Assert.Equal(made.Order(StringComparer.Ordinal), left.Select(id => id.Value).Concat(givenUp).Order(StringComparer.Ordinal));
        foreach (var id in left)
            Assert.Empty(await (await rig.OpenAsync(id, Cancel)).VerifyAsync(null, Cancel));
        Assert.Single(Directory.GetFileSystemEntries(folder["repository/leases"]));
    }

    private static async Task<string> BackUpAsync(CommandLineSchool school) =>
        (await school.Program.ReadAsync("backup", "park")).GetProperty("snapshot").GetString()!;

    private static async Task<(IReadOnlyList<string> GivenUp, int Prunes)> PruneAsync(CommandLineSchool school, CancellationToken end)
    {
        var givenUp = new List<string>();
        for (var prunes = 0; ; prunes++)
        {
            if (end.IsCancellationRequested)
                return (givenUp, prunes);
            var done = await school.Program.ReadAsync("prune", "park", "--keep", "2");
            givenUp.AddRange(done.GetProperty("givenUp").EnumerateArray().Select(one => one.GetString()!));
        }
    }
}
