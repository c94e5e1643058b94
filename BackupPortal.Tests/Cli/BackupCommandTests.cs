using BackupPortal.Core.Demo;

namespace BackupPortal.Tests.Cli;

public sealed class BackupCommandTests : IDisposable
{
    private readonly CommandLineSchool _school = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commands_ASchoolsStory_KeepTheContractOfTheirDocuments()
    {
        await _school.AddAsync();
        var backup = await _school.Program.ReadAsync("backup", "park", "--note", "vor dem Umzug");
        await DemoDay.LiveAsync(_school.Live, seed: 1, Stop);
        var second = await _school.Program.ReadAsync("backup", "park");

        Assert.Equal(["operation", "snapshot", "state", "sizeBytes", "addedBytes", "durationMs"], NamesOf(backup));
        Assert.Equal("succeeded", backup.GetProperty("state").GetString());
        Assert.True(second.GetProperty("addedBytes").GetInt64() < backup.GetProperty("addedBytes").GetInt64() / 4);

        var list = (await _school.Program.ReadAsync("list", "park")).EnumerateArray().ToList();
        Assert.Equal([second.GetProperty("snapshot").GetString(), backup.GetProperty("snapshot").GetString()], list.Select(one => one.GetProperty("snapshot").GetString()));
        Assert.Equal(["snapshot", "createdUtc", "origin", "note", "sizeBytes", "addedBytes"], NamesOf(list[1]));
        Assert.Equal(("manual", "vor dem Umzug"), (list[1].GetProperty("origin").GetString(), list[1].GetProperty("note").GetString()));
        Assert.EndsWith("Z", list[1].GetProperty("createdUtc").GetString(), StringComparison.Ordinal);

        var show = await _school.Program.ReadAsync("show", "park", backup.GetProperty("snapshot").GetString()!);
        Assert.Equal(CommandLineSchool.StudentCount, show.GetProperty("tables").GetProperty("students").GetInt64());
        Assert.Contains(show.GetProperty("files").EnumerateArray(), file => file.GetProperty("path").GetString() == "Verwaltung/Elternbrief Übergang.txt");

        var verified = (await _school.Program.ReadAsync("verify", "park", "--all")).EnumerateArray().ToList();
        Assert.Equal(2, verified.Count);
        Assert.All(verified, one => Assert.True(one.GetProperty("ok").GetBoolean() && one.GetProperty("problems").GetArrayLength() == 0));
        Assert.Equal(["snapshot", "ok", "problems", "level", "notices"], NamesOf(verified[0]));
        Assert.Equal("decode", verified[0].GetProperty("level").GetString());
        var drilled = Assert.Single((await _school.Program.ReadAsync("verify", "park", "latest", "--level", "drill")).EnumerateArray());
        Assert.Equal((true, "drill"), (drilled.GetProperty("ok").GetBoolean(), drilled.GetProperty("level").GetString()));
    }

    [Fact]
    public async Task Verify_DamagedPack_EndsWith1AndNamesTheProblem()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
        var pack = Directory.EnumerateFiles(_school.Folder["data/tenants/park/backups/packs"], "*", SearchOption.AllDirectories).OrderBy(file => new FileInfo(file).Length).Last();
        await using (var file = new FileStream(pack, FileMode.Open, FileAccess.ReadWrite))
        {
            file.Position = file.Length / 2;
            var value = file.ReadByte();
            file.Position--;
            file.WriteByte((byte)~value);
        }

        var result = await _school.Program.RunAsync("verify", "park", "latest", "--json");

        Assert.Equal(1, result.ExitCode);
        var one = Assert.Single(result.Json.EnumerateArray());
        Assert.False(one.GetProperty("ok").GetBoolean());
        Assert.NotEqual(0, one.GetProperty("problems").GetArrayLength());
    }

    [Fact]
    public async Task Backup_GarbageLiveDatabase_FailsWithAReason()
    {
        await _school.AddAsync();
        await File.WriteAllTextAsync(_school.Live, new string('x', 20_000), Stop);

        var result = await _school.Program.RunAsync("backup", "park", "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("error: ", result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _school.Dispose();

    private static IEnumerable<string> NamesOf(System.Text.Json.JsonElement document) => document.EnumerateObject().Select(property => property.Name);
}
