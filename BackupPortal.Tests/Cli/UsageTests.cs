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
    [InlineData("undo", "goethe")]
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

    [Fact]
    public async Task Run_Help_EndsWith0AndNamesEveryCommand()
    {
        var result = await new ProgramUnderTest(_folder["data"]).RunAsync("--help");

        Assert.Equal(0, result.ExitCode);
        Assert.All(["serve", "tenant", "backup", "list", "show", "verify", "restore", "undo", "maintenance", "user"],
            command => Assert.Contains($"\n  {command} ", result.Output.ReplaceLineEndings("\n") + " ", StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Dispose();
}
