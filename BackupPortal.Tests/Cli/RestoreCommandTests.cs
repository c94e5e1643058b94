using BackupPortal.Core.Demo;

namespace BackupPortal.Tests.Cli;

public sealed class RestoreCommandTests : IDisposable
{
    private readonly CommandLineSchool _school = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RestoreAndUndo_ChangedSchool_GoBackAndForth()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
        var before = await CommandLineSchool.CountAsync(_school.Live);
        await DemoDay.LiveAsync(_school.Live, seed: 1, Stop);
        var after = await CommandLineSchool.CountAsync(_school.Live);

        var restored = await _school.Program.ReadAsync("restore", "park", "latest", "--yes");
        Assert.Equal(["operation", "state", "downtimeMs", "safetySnapshot"], NamesOf(restored));
        Assert.Equal("succeeded", restored.GetProperty("state").GetString());
        Assert.Equal(before, await CommandLineSchool.CountAsync(_school.Live));

        var undone = await _school.Program.ReadAsync("undo", "park", "--yes");
        Assert.Equal(["operation", "state", "downtimeMs", "safetySnapshot"], NamesOf(undone));
        Assert.Equal(after, await CommandLineSchool.CountAsync(_school.Live));
    }

    [Fact]
    public async Task RestoreTo_NewFolder_WritesDatabaseAndFilesAndLeavesLiveDataAlone()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
        var before = await CommandLineSchool.CountAsync(_school.Live);
        await DemoDay.LiveAsync(_school.Live, seed: 1, Stop);

        await _school.Program.ReadAsync("restore", "park", "latest", "--to", _school.Folder["out"]);

        Assert.Equal(before, await CommandLineSchool.CountAsync(_school.Folder["out/app.db"]));
        Assert.NotEqual(before, await CommandLineSchool.CountAsync(_school.Live));
        Assert.True(File.Exists(_school.Folder["out/files/Verwaltung/Elternbrief Übergang.txt"]));
    }

    public void Dispose() => _school.Dispose();

    private static IEnumerable<string> NamesOf(System.Text.Json.JsonElement document) => document.EnumerateObject().Select(property => property.Name);
}
