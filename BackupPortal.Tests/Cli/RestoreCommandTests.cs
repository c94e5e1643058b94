using BackupPortal.Core.Demo;
using BackupPortal.Tests.Sources;

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
    public async Task RestoreTables_DeletedClass_ShowsItFirstThenBringsItBack()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
        TestDatabase.Execute(_school.Live, "PRAGMA foreign_keys = ON; DELETE FROM grades WHERE student_id < 10; DELETE FROM guardians WHERE student_id = 3");

        var shown = await _school.Program.ReadAsync("restore", "park", "latest", "--tables", "grades,guardians,messages", "--dry-run");
        var missing = TestDatabase.Scalar(_school.Live, "SELECT count(*) FROM grades WHERE student_id < 10");
        var done = await _school.Program.ReadAsync("restore", "park", "latest", "--tables", "grades,guardians,messages", "--missing-only", "--yes");

        Assert.Equal(["operation", "state", "dryRun", "snapshot", "tables", "files", "conflicts", "downtimeMs", "safetySnapshot"], NamesOf(done));
        Assert.Equal(0L, missing);
        Assert.True(shown.GetProperty("dryRun").GetBoolean());
        Assert.Equal(shown.GetProperty("tables").ToString(), done.GetProperty("tables").ToString());
        Assert.Equal(["grades", "guardians", "messages"], done.GetProperty("tables").EnumerateArray().Select(table => table.GetProperty("name").GetString()!));
        Assert.True((long)TestDatabase.Scalar(_school.Live, "SELECT count(*) FROM grades WHERE student_id < 10")! > 0);
        Assert.Empty((await _school.Program.ReadAsync("compare", "park", shown.GetProperty("snapshot").GetString()!)).GetProperty("tables").EnumerateArray());
        Assert.Contains("Nothing of this is missing", (await _school.Program.RunAsync("restore", "park", shown.GetProperty("snapshot").GetString()!, "--tables", "grades", "--yes")).Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--where needs exactly one table", "--tables", "a,b", "--where", "id = 1", "--yes")]
    [InlineData("needs --tables or --files", "--where", "id = 1", "--yes")]
    [InlineData("do not go together", "--tables", "a", "--missing-only", "--replace-changed", "--yes")]
    [InlineData("do not go together", "--tables", "a", "--to", "somewhere")]
    [InlineData("do not go together", "--files", "a", "--to", "somewhere")]
    [InlineData("needs --yes", "--tables", "a")]
    [InlineData("names no table", "--tables", ",", "--yes")]
    public async Task RestoreTables_WrongCall_SaysWhatIsWrong(string told, params string[] options)
    {
        var result = await _school.Program.RunAsync(["restore", "park", "latest", .. options]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
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

    [Fact]
    public async Task Restore_DamagedLiveData_NeedsAnOptionAndTheRawFilesAreListed()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
        var before = await CommandLineSchool.CountAsync(_school.Live);
        await File.WriteAllTextAsync(_school.Live, new string('x', 9000), Stop);

        var refused = await _school.Program.RunAsync("restore", "park", "latest", "--yes");
        var raw = await File.ReadAllTextAsync(_school.Live, Stop);
        await _school.Program.ReadAsync("restore", "park", "latest", "--yes", "--live-is-damaged");
        var listed = await _school.Program.ReadAsync("quarantine", "park");

        Assert.Equal((1, new string('x', 9000)), (refused.ExitCode, raw));
        Assert.Contains("--live-is-damaged", refused.Errors, StringComparison.Ordinal);
        Assert.Equal(before, await CommandLineSchool.CountAsync(_school.Live));
        Assert.True(Directory.Exists(Assert.Single(Assert.Single(listed.EnumerateArray()).GetProperty("folders").EnumerateArray()).GetString()));
    }

    [Fact]
    public async Task RestoreAs_NewSchool_IsThereBesideTheOldOne()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
        var before = await CommandLineSchool.CountAsync(_school.Live);
        await DemoDay.LiveAsync(_school.Live, seed: 1, Stop);
        var after = await CommandLineSchool.CountAsync(_school.Live);

        var added = await _school.Program.ReadAsync("restore", "park", "latest", "--as", "last-month", "--name", "Last month");
        var again = await _school.Program.RunAsync("restore", "park", "latest", "--as", "last-month");

        Assert.Equal(("last-month", "Last month"), (added.GetProperty("slug").GetString(), added.GetProperty("name").GetString()));
        Assert.Equal((before, after), (await CommandLineSchool.CountAsync(added.GetProperty("database").GetString()!), await CommandLineSchool.CountAsync(_school.Live)));
        Assert.Equal(1, again.ExitCode);
        Assert.Contains("last-month", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RestoreFrom_AnotherSchool_NeedsItsNameTwice()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
        await _school.Program.ReadAsync("tenant", "add", "north", "--name", "North");

        var once = await _school.Program.RunAsync("restore", "north", "latest", "--yes", "--from", "park");
        var wrong = await _school.Program.RunAsync("restore", "north", "latest", "--yes", "--from", "park", "--confirm", "north");
        await _school.Program.ReadAsync("restore", "north", "latest", "--yes", "--from", "park", "--confirm", "park", "--allow-newer-schema");

        Assert.Equal((2, 2), (once.ExitCode, wrong.ExitCode));
        Assert.Equal(await CommandLineSchool.CountAsync(_school.Live), await CommandLineSchool.CountAsync(_school.Folder["data/tenants/north/app.db"]));
    }

    public void Dispose() => _school.Dispose();

    private string[] FilesBelow(string folder) =>
        [.. Directory.EnumerateFiles(_school.Folder[folder], "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private static IEnumerable<string> NamesOf(System.Text.Json.JsonElement document) => document.EnumerateObject().Select(property => property.Name);
}
