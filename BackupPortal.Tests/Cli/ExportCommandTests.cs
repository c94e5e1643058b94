using BackupPortal.Tests.Export;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Cli;

public sealed class ExportCommandTests : IDisposable
{
    private readonly CommandLineSchool _school = new();

    [Fact]
    public async Task Export_SqliteFileTwice_GivesTheSameBytesThatSqliteOpens()
    {
        await AddBackedUpAsync();

        var first = await _school.Program.ReadAsync("export", "park", "latest", "--format", "sqlite3_db", "--output", _school.Folder["one.db"]);
        using var second = _school.Program.Start("export", "park", "latest", "--format", "sqlite3_db", "--output", "-");
        await using (var file = File.Create(_school.Folder["two.db"]))
            await second.StandardOutput.BaseStream.CopyToAsync(file, TestContext.Current.CancellationToken);
        await second.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal("sqlite3_db", first.GetProperty("format").GetString());
        Assert.Equal(new FileInfo(_school.Folder["one.db"]).Length, first.GetProperty("sizeBytes").GetInt64());
        Assert.Equal("", await StockTool.RunAsync("cmp", _school.Folder["one.db"], _school.Folder["two.db"]));
        Assert.Equal(await CommandLineSchool.CountAsync(_school.Live), await CommandLineSchool.CountAsync(_school.Folder["one.db"]));
        var checkedByShell = await StockTool.RunAsync("sqlite3", _school.Folder["one.db"], "PRAGMA integrity_check");
        Assert.Equal("ok", checkedByShell.Trim());
    }

    [Fact]
    public async Task Export_Zip_IsOpenedAndCheckedByStockTools()
    {
        await AddBackedUpAsync();

        await _school.Program.ReadAsync("export", "park", "latest", "--format", "zip", "--output", _school.Folder["copy.zip"]);

        await StockTool.RunAsync("unzip", "-q", _school.Folder["copy.zip"], "-d", _school.Folder["out"]);
        var sums = await StockTool.RunAsync("sh", "-c", $"cd '{_school.Folder["out"]}' && sha256sum -c SHA256SUMS --quiet && echo all good");
        Assert.Equal("all good", sums.Trim());
        Assert.Equal(await CommandLineSchool.CountAsync(_school.Live), await CommandLineSchool.CountAsync(_school.Folder["out/app.db"]));
        Assert.Contains("read back", await File.ReadAllTextAsync(_school.Folder["out/log.txt"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        var differences = await StockTool.RunAsync("diff", "-r", _school.Folder["school/files"], _school.Folder["out/files"]);
        Assert.Equal("", differences);
        Assert.Contains("Done testing", await StockTool.RunAsync("python3", "-m", "zipfile", "-t", _school.Folder["copy.zip"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_EncryptedZip_OpensWithTheScriptAndThePassphraseOnly()
    {
        await AddBackedUpAsync();
        await File.WriteAllTextAsync(_school.Folder["secret"], "Fünf kurze Wörter sind genug\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_school.Folder["wrong"], "Fünf kurze Wörter sind genug!\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_school.Folder["short"], "kurz\n", TestContext.Current.CancellationToken);

        await _school.Program.ReadAsync(
            "export", "park", "latest", "--format", "zip", "--passphrase-file", _school.Folder["secret"], "--output", _school.Folder["copy.zip.enc"]);
        var refused = await _school.Program.RunAsync(
            "export", "park", "latest", "--format", "zip", "--passphrase-file", _school.Folder["short"], "--output", _school.Folder["short.zip"]);

        var script = Path.Combine(RestoreScript.SourceRoot.FullName, "docs", "open-copy.py");
        await StockTool.RunAsync("python3", script, _school.Folder["copy.zip.enc"], _school.Folder["secret"], _school.Folder["opened.zip"]);
        await StockTool.RunAsync("unzip", "-tq", _school.Folder["opened.zip"]);
        var wrong = await StockTool.TryAsync("python3", script, _school.Folder["copy.zip.enc"], _school.Folder["wrong"], _school.Folder["never.zip"]);
        Assert.Contains("is the passphrase right?", wrong.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_school.Folder["never.zip"]));
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("too short", refused.Errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_school.Folder["short.zip"]));
    }

    [Fact]
    public async Task Export_PlaceThatIsTakenOrLive_IsRefusedAndLeavesNothing()
    {
        await AddBackedUpAsync();
        await File.WriteAllTextAsync(_school.Folder["taken.db"], "somebody's", TestContext.Current.CancellationToken);

        var taken = await ExportToAsync(_school.Folder["taken.db"]);
        var files = await ExportToAsync(_school.Folder["school/files/copy.db"]);
        var log = await ExportToAsync(_school.Live + "-journal");
        var nowhere = await ExportToAsync(_school.Folder["nowhere/copy.db"]);

        Assert.Contains("already something", taken.Errors, StringComparison.Ordinal);
        Assert.Equal("somebody's", await File.ReadAllTextAsync(_school.Folder["taken.db"], TestContext.Current.CancellationToken));
        Assert.Contains("live data", files.Errors, StringComparison.Ordinal);
        Assert.Contains("live data", log.Errors, StringComparison.Ordinal);
        Assert.Contains("no folder", nowhere.Errors, StringComparison.Ordinal);
        Assert.All([taken, files, log, nowhere], result => Assert.Equal(1, result.ExitCode));
        Assert.False(File.Exists(_school.Live + "-journal"));
        Assert.Empty(Directory.EnumerateFiles(_school.Folder[""], "*.part", SearchOption.AllDirectories));
    }

    [Fact]
    public async Task Export_ReaderThatGoesAway_IsToldAndLeavesNoScratch()
    {
        await AddBackedUpAsync();

        using var process = _school.Program.Start("export", "park", "latest", "--format", "sqlite3_db", "--output", "-");
        process.StandardOutput.Close();
        var errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Equal(1, process.ExitCode);
        Assert.Contains("was not taken", errors, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(_school.Folder["data/tenants/park/scratch"], "export-*"));
    }

    [Theory]
    [InlineData("There is no format", "--format", "tar", "--output", "x")]
    [InlineData("needs --format zip", "--format", "sqlite3_db", "--output", "x", "--passphrase-file", "y")]
    [InlineData("does not go together", "--format", "zip", "--output", "-", "--json")]
    public async Task Export_WrongCall_SaysWhatIsWrong(string told, params string[] options)
    {
        var result = await _school.Program.RunAsync(["export", "park", "latest", .. options]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(told, result.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _school.Dispose();

    private Task<ProgramResult> ExportToAsync(string file) => _school.Program.RunAsync("export", "park", "latest", "--format", "sqlite3_db", "--output", file);

    private async Task AddBackedUpAsync()
    {
        await _school.AddAsync();
        await _school.Program.ReadAsync("backup", "park");
    }
}
