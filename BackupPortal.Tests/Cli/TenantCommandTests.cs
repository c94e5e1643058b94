namespace BackupPortal.Tests.Cli;

public sealed class TenantCommandTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly ProgramUnderTest _program;

    public TenantCommandTests() => _program = new ProgramUnderTest(_folder["data"]);

    [Fact]
    public async Task List_NoInstallation_IsEmptyAndCreatesNothing()
    {
        var tenants = await _program.ReadAsync("tenant", "list");

        Assert.Equal(0, tenants.GetArrayLength());
        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Fact]
    public async Task Add_WithDefaults_IsListedWithItsPlaces()
    {
        var added = await _program.ReadAsync("tenant", "add", "goethe", "--name", "Goethe-Gymnasium", "--time-zone", "Europe/Berlin");
        var listed = Assert.Single((await _program.ReadAsync("tenant", "list")).EnumerateArray());

        Assert.Equal(["slug", "name", "timeZone", "database", "files"], added.EnumerateObject().Select(property => property.Name));
        Assert.Equal(added.GetRawText(), listed.GetRawText().ReplaceLineEndings("\n").Replace("\n  ", "\n", StringComparison.Ordinal));
        Assert.Equal("goethe", listed.GetProperty("slug").GetString());
        Assert.True(File.Exists(listed.GetProperty("database").GetString()));
        Assert.True(Directory.Exists(listed.GetProperty("files").GetString()));
    }

    [Fact]
    public async Task Add_PathsOutsideTheDataRoot_AreTrusted()
    {
        await BackupPortal.Core.Demo.DemoSchoolGenerator.WriteAsync(
            BackupPortal.Core.Demo.DemoSchool.Park with { LastGrade = 1, ClassesPerGrade = 1 }, _folder["elsewhere/school.db"], _folder["elsewhere/files"],
            TestContext.Current.CancellationToken);

        var added = await _program.ReadAsync(
            "tenant", "add", "park", "--name", "Park", "--database", _folder["elsewhere/school.db"], "--files", _folder["elsewhere/files"]);

        Assert.Equal(_folder["elsewhere/school.db"], added.GetProperty("database").GetString());
    }

    [Fact]
    public async Task Add_GarbageDatabase_FailsAndAddsNothing()
    {
        await File.WriteAllTextAsync(_folder["garbage.db"], new string('x', 10_000), TestContext.Current.CancellationToken);

        var result = await _program.RunAsync("tenant", "add", "park", "--name", "Park", "--database", _folder["garbage.db"], "--json");

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.StartsWith("error: ", result.Errors, StringComparison.Ordinal);
        Assert.Contains("hint: ", result.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await _program.ReadAsync("tenant", "list")).GetArrayLength());
    }

    [Theory]
    [InlineData("backup", "nobody")]
    [InlineData("list", "nobody")]
    [InlineData("verify", "nobody", "--all")]
    [InlineData("undo", "nobody", "--yes")]
    public async Task Run_MissingTenant_FailsAndSaysSo(params string[] arguments)
    {
        await _program.ReadAsync("tenant", "add", "goethe", "--name", "Goethe-Gymnasium");

        var result = await _program.RunAsync([.. arguments, "--json"]);

        Assert.Equal(1, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Matches("^error: There is no school 'nobody'.+\nhint: .+\n$", result.Errors.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task Run_NoInstallation_FailsAndCreatesNone()
    {
        var result = await _program.RunAsync("list", "goethe");

        Assert.Equal(1, result.ExitCode);
        Assert.Contains("no BackupPortal installation", result.Errors, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Fact]
    public async Task Maintenance_OnThenOff_IsToldByStatus()
    {
        await _program.ReadAsync("tenant", "add", "goethe", "--name", "Goethe-Gymnasium");

        var on = await _program.ReadAsync("maintenance", "goethe", "on");
        var status = await _program.ReadAsync("maintenance", "goethe", "status");
        var off = await _program.ReadAsync("maintenance", "goethe", "off");

        Assert.True(on.GetProperty("on").GetBoolean());
        Assert.Equal(on.GetRawText(), status.GetRawText());
        Assert.Contains("command line", status.GetProperty("by").GetString(), StringComparison.Ordinal);
        Assert.False(off.GetProperty("on").GetBoolean());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, off.GetProperty("sinceUtc").ValueKind);
    }

    public void Dispose() => _folder.Dispose();
}
