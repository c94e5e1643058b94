using BackupPortal.Core.Repository;
using BackupPortal.Tests.Repository;

namespace BackupPortal.Tests.Cli;

/// <summary>With the real program. Where these tests have no right to return from a low priority, no command takes it.</summary>
public sealed class BackgroundProcessTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly ProgramUnderTest program;

    public BackgroundProcessTests() => program = new ProgramUnderTest(folder["data"]);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("backup", true)]
    [InlineData("verify", true)]
    [InlineData("prune", true)]
    [InlineData("list", false)]
    [InlineData("restore", false)]
    public async Task Command_LeavesTheProcessorToOthersUnlessSomebodyWaits(string command, bool isBackground)
    {
        using var process = program.Start(command, "nobody");

        var leaves = false;
        while (!process.HasExited && !leaves)
            leaves = SchedulingPolicy.Of(process.Id) == SchedulingPolicy.Idle;

        Assert.Equal(isBackground && BackgroundProcess.CanReturn(), leaves);
        await ProgramUnderTest.EndAsync(process);
    }

    [Fact]
    public async Task Command_OnABusyMachine_ReturnsToTheUsualPriority()
    {
        using var busy = new BusyCore();
        using var process = BusyCore.Beside(() => program.Start("backup", "nobody"));

        var (left, returned) = (false, false);
        while (!process.HasExited && !returned)
        {
            var policy = SchedulingPolicy.Of(process.Id);
            left |= policy == SchedulingPolicy.Idle;
            returned = left && policy == SchedulingPolicy.Usual;
        }

        Assert.Equal(BackgroundProcess.CanReturn(), returned);
        var ended = await ProgramUnderTest.EndAsync(process);

        Assert.Equal(1, ended.ExitCode);
    }
}
