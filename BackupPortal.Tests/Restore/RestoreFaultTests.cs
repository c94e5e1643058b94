using System.Globalization;
using System.Runtime.Versioning;
using BackupPortal.Tests.Scenarios;

namespace BackupPortal.Tests.Restore;

/// <summary>
/// Whatever fails, wherever: live data is the old state or the new one, whole; users are in; the operation says which it is; and no write that was acknowledged is
/// lost. Processes that are killed are in <see cref="RestoreCrashTests"/>.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestoreFaultTests(ITestOutputHelper output)
{
    private const int Least = 700;

    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_WithAFaultAtEachPoint_LeavesTheOldOrTheNewStateAndLosesNothing()
    {
        var tried = await Task.WhenAll(TryAsync(FaultSweep.Exclusive), TryAsync(FaultSweep.Shared), TryAsync(FaultSweep.Rows));

        Assert.InRange(tried.Sum(), Least, int.MaxValue);
    }

    /// <returns>How many points were tried.</returns>
    private async Task<int> TryAsync(string how)
    {
        var (told, errors, exitCode) = await ChildProcess.RunAsync([FaultSweep.Argument, how], AtMost, Token);
        output.WriteLine(told);
        Assert.True(exitCode == 0, $"{told} {errors}");
        return int.Parse(told.Split(" points tried")[0], CultureInfo.InvariantCulture);
    }
}
