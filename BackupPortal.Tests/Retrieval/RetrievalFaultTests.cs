using System.Globalization;
using System.Runtime.Versioning;
using BackupPortal.Tests.Scenarios;

namespace BackupPortal.Tests.Retrieval;

/// <summary>Whatever fails, wherever: all that was to come back is there, or nothing of it; users are in, and the operation says which it is.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RetrievalFaultTests(ITestOutputHelper output)
{
    private const int Least = 200;

    private static readonly TimeSpan AtMost = TimeSpan.FromMinutes(5);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retrieve_WithAFaultAtEachPointAndWrite_HappensWholeOrNotAtAll()
    {
        var (told, errors, exitCode) = await ChildProcess.RunAsync([RetrievalFaultSweep.Argument], AtMost, Token);

        output.WriteLine(told);
        Assert.True(exitCode == 0, $"{told} {errors}");
        Assert.InRange(int.Parse(told.Split(" points tried")[0], CultureInfo.InvariantCulture), Least, int.MaxValue);
    }
}
