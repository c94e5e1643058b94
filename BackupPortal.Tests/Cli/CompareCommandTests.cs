using System.Text.Json;
using BackupPortal.Core.Demo;

namespace BackupPortal.Tests.Cli;

public sealed class CompareCommandTests : IDisposable
{
    private readonly CommandLineSchool _school = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Compare_AfterADayAtSchool_TellsWhatARestoreWouldDo()
    {
        await _school.AddAsync();
        var first = (await _school.Program.ReadAsync("backup", "park")).GetProperty("snapshot").GetString()!;
        await DemoDay.LiveAsync(_school.Live, seed: 1, Stop);
        File.WriteAllText(_school.Folder["school/files/new.txt"], "new");
        var second = (await _school.Program.ReadAsync("backup", "park")).GetProperty("snapshot").GetString()!;

        var withLive = await _school.Program.ReadAsync("compare", "park", first);
        var withSecond = await _school.Program.ReadAsync("compare", "park", first, second);
        var backwards = await _school.Program.ReadAsync("compare", "park", second, first);

        Assert.Equal(["tables", "schema", "files", "snapshot", "other"], withLive.EnumerateObject().Select(property => property.Name));
        Assert.Equal("live", withLive.GetProperty("other").GetString());
        Assert.Empty(withLive.GetProperty("schema").EnumerateArray());
        Assert.Equal((0, 0, 1), Numbers(withLive.GetProperty("files")));
        var tables = TablesOf(withLive);
        Assert.True(tables["attendance"].Disappear > 0 && tables["grades"].Disappear > 0, withLive.ToString());
        Assert.Equal(tables, TablesOf(withSecond));
        Assert.Equal(tables.ToDictionary(table => table.Key, table => (table.Value.Disappear, table.Value.Revert, table.Value.ComeBack)), TablesOf(backwards));
        Assert.Contains("attendance", (await _school.Program.RunAsync("compare", "park", first)).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compare_RightAfterARestore_FindsNothing()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
        await DemoDay.LiveAsync(_school.Live, seed: 1, Stop);
        var before = await _school.Program.ReadAsync("list", "park");
        await _school.Program.ReadAsync("restore", "park", "latest", "--yes");

        var compared = await _school.Program.ReadAsync("compare", "park", before[0].GetProperty("snapshot").GetString()!);

        Assert.Empty(compared.GetProperty("tables").EnumerateArray());
        Assert.Equal((0, 0, 0), Numbers(compared.GetProperty("files")));
    }

    public void Dispose() => _school.Dispose();

    private static Dictionary<string, (long ComeBack, long Revert, long Disappear)> TablesOf(JsonElement document) =>
        document.GetProperty("tables").EnumerateArray().ToDictionary(table => table.GetProperty("name").GetString()!, Numbers);

    private static (long ComeBack, long Revert, long Disappear) Numbers(JsonElement of) =>
        (of.GetProperty("comeBack").GetInt64(), of.GetProperty("revert").GetInt64(), of.GetProperty("disappear").GetInt64());
}
