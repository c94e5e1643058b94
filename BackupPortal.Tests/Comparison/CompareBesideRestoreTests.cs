using System.Runtime.Versioning;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Tests.Scenarios;

namespace BackupPortal.Tests.Comparison;

/// <summary>One process compares while another one restores: no comparison reads rows of one state and files of the other.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class CompareBesideRestoreTests
{
    private const string Now = "state +100 ~400 -0; files +2 ~1 -2";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(ComparisonStep.Reading, true)]
    [InlineData(ComparisonStep.Reading, false)]
    [InlineData(ComparisonStep.Files, true)]
    [InlineData(ComparisonStep.Files, false)]
    public async Task Compare_WhileAnotherProcessRestores_SaysSo(ComparisonStep step, bool isWal)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync(isWal);
        await using var _ = world;
        using var comparing = ComparingProcess.Start(world.Portal.Root.Path, then, step);
        Assert.Equal("waiting", await comparing.ReadAsync());

        var restore = await world.RunAsync(OperationKind.Restore, Core.Restore.RestoreArguments.ToJson(then));
        await comparing.GoOnAsync();

        Assert.Equal(restore.State == OperationState.Succeeded ? "SwapBegins" : Now, await comparing.ReadAsync());
        Assert.True(restore.State == OperationState.Succeeded || !isWal, $"{restore.Error}");
    }

    [Fact]
    public async Task Compare_BeginningWhileAnotherProcessSwaps_WaitsUntilThatIsOver()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var guard = world.Portal.Get<MaintenanceGuard>();
        await guard.EnterAsync(world.Tenant.Slug, OperationId.Create(), "another process", Token);
        using var comparing = ComparingProcess.Start(world.Portal.Root.Path, then, ComparisonStep.Reading);
        var waiting = comparing.ReadAsync();

        await Task.WhenAny(waiting, Task.Delay(TimeSpan.FromSeconds(2), Token));
        Assert.False(waiting.IsCompleted);
        await guard.LeaveAsync(world.Tenant.Slug, Token);
        Assert.Equal("waiting", await waiting);
        await comparing.GoOnAsync();

        Assert.Equal(Now, await comparing.ReadAsync());
    }
}
