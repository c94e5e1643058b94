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

    [Fact]
    public async Task RestoreTo_OneFileOrFolder_WritesThatOnly()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");

        var one = await _school.Program.ReadAsync("restore", "park", "latest", "--to", _school.Folder["one"], "--file", "Verwaltung/Elternbrief Übergang.txt");
        await _school.Program.ReadAsync("restore", "park", "latest", "--to", _school.Folder["all"], "--file", "Verwaltung/");

        Assert.Equal([_school.Folder["one/files/Verwaltung/Elternbrief Übergang.txt"]], FilesBelow("one"));
        Assert.Equal(FilesBelow("one")[0], one.GetProperty("files").GetString());
        Assert.Contains(_school.Folder["all/files/Verwaltung/Elternbrief Übergang.txt"], FilesBelow("all"));
        Assert.All(FilesBelow("all"), file => Assert.StartsWith(_school.Folder["all/files/Verwaltung/"], file, StringComparison.Ordinal));
    }

    [Fact]
    public async Task RestoreTo_UnknownFile_SaysSoAndWritesNothing()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");

        var failed = await _school.Program.RunAsync("restore", "park", "latest", "--to", _school.Folder["one"], "--file", "Verwaltung/Elternbrief");
        var wrong = await _school.Program.RunAsync("restore", "park", "latest", "--file", "Verwaltung", "--yes");

        Assert.Equal(1, failed.ExitCode);
        Assert.Contains("Verwaltung/Elternbrief is not among the files", failed.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_school.Folder["one"]));
        Assert.Equal(2, wrong.ExitCode);
        Assert.Contains("--file needs --to", wrong.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _school.Dispose();

    private string[] FilesBelow(string folder) =>
        [.. Directory.EnumerateFiles(_school.Folder[folder], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> NamesOf(System.Text.Json.JsonElement document) => document.EnumerateObject().Select(property => property.Name);
}
