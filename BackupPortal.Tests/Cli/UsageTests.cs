namespace BackupPortal.Tests.Cli;

public sealed class UsageTests : IDisposable
{
    private readonly TestFolder _folder = new();

    [Theory]
    [InlineData]
    [InlineData("nonsense")]
    [InlineData("tenant")]
    [InlineData("list")]
    [InlineData("list", "goethe", "--bogus")]
    [InlineData("list", "--bogus")]
    [InlineData("tenant", "add", "goethe")]
    [InlineData("restore", "goethe", "latest")]
    [InlineData("restore", "goethe", "latest", "--yes", "--to", "there")]
    [InlineData("restore", "goethe", "latest", "--yes", "--countdown", "601")]
    [InlineData("restore", "goethe", "latest", "--yes", "--countdown", "-1")]
    [InlineData("restore", "goethe", "latest", "--yes", "--countdown", "soon")]
    [InlineData("restore", "goethe", "latest", "--to", "there", "--countdown", "10")]
    [InlineData("restore", "goethe", "latest", "--tables", "grades", "--yes", "--countdown", "10")]
    [InlineData("undo", "goethe")]
    [InlineData("undo", "goethe", "--yes", "--countdown", "601")]
    [InlineData("verify", "goethe")]
    [InlineData("verify", "goethe", "latest", "--all")]
    [InlineData("maintenance", "goethe", "perhaps")]
    [InlineData("user", "add", "a@b.example", "--role", "king")]
    [InlineData("user", "add", "a@b.example", "--role", "member")]
    [InlineData("serve", "--urls", "nowhere")]
    [InlineData("serve", "--demo-size", "1GB")]
    public async Task Run_WrongUsage_EndsWith2AndAHintAndTouchesNothing(params string[] arguments)
    {
        var result = await new ProgramUnderTest(_folder["data"]).RunAsync([.. arguments, "--json"]);

        Assert.Equal(2, result.ExitCode);
        Assert.Empty(result.Output);
        Assert.Matches("^error: .+\nhint: .+\n$", result.Errors.ReplaceLineEndings("\n"));
        Assert.False(Directory.Exists(_folder["data"]));
    }

    [Theory]
    [InlineData("nonsense")]
    [InlineData("tenant", "nonsense")]
    public async Task Run_CommandThatThereIsNot_NamesIt(params string[] arguments)
    {
        var result = await new ProgramUnderTest(_folder["data"]).RunAsync(arguments);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("error: There is no command 'nonsense'.", result.Errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("tenant", "list")]
    [InlineData("tenant", "add", "goethe", "--name", "Goethe")]
    [InlineData("serve", "--urls", "http://127.0.0.1:0")]
    public async Task Run_DataRootIsAFile_SaysSo(params string[] arguments)
    {
        await File.WriteAllTextAsync(_folder["data"], "a file", TestContext.Current.CancellationToken);

        var result = await new ProgramUnderTest(_folder["data"]).RunAsync(arguments);

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^error: .* is a file; .+\nhint: .+\n$", result.Errors.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(40_000)]
    public async Task Run_OnAFullDisk_SaysSoInTwoLines(int bytesLeft)
    {
        using var disk = await Storage.SmallDisk.MountAsync(_folder["disk"], megabytes: 4);
        var program = new ProgramUnderTest(Path.Combine(disk.Path, "data"));
        Assert.Equal(0, (await program.RunAsync("tenant", "add", "goethe", "--name", "Goethe")).ExitCode);
        var fill = Path.Combine(disk.Path, "fill");
        await File.WriteAllBytesAsync(fill, new byte[new DriveInfo(disk.Path).AvailableFreeSpace - bytesLeft], TestContext.Current.CancellationToken);

        var result = await program.RunAsync("backup", "goethe");

        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^error: The disk that holds .+ is full\\.\nhint: .+\n$", result.Errors.ReplaceLineEndings("\n"));
        File.Delete(fill);
        Assert.Equal(0, (await program.RunAsync("maintenance", "goethe", "on")).ExitCode);
    }

    [Fact]
    public async Task Run_Help_EndsWith0AndNamesEveryCommand()
    {
        var result = await new ProgramUnderTest(_folder["data"]).RunAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.All(["serve", "tenant", "backup", "list", "show", "compare", "verify", "restore", "undo", "maintenance", "user"],
            command => Assert.Contains($"\n  {command} ", result.Output.ReplaceLineEndings("\n") + " ", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
