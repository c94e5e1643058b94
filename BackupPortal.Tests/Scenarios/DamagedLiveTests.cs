using System.Runtime.Versioning;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Scheduling;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Restores and undos where live data is missing or damaged: only when somebody has confirmed it, and then with the raw files kept for a while.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DamagedLiveTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("missing", false)]
    [InlineData("empty", false)]
    [InlineData("garbage", false)]
    [InlineData("log without database", false)]
    [InlineData("pages", false)]
    [InlineData("missing", true)]
    [InlineData("garbage", true)]
    [InlineData("pages", true)]
    public async Task Restore_WhereLiveDataIsDamaged_IsRefusedUntilConfirmedAndThenKeepsRawFiles(string state, bool isUndo)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var earlier = isUndo ? await world.RestoreAsync(then) : null;
        var kept = await DamageAsync(world, state);
        var files = world.ReadFiles();

        var refused = await world.RunAsync(isUndo ? OperationKind.Undo : OperationKind.Restore,
            isUndo ? UndoArguments.ToJson(earlier!.Id) : RestoreArguments.ToJson(then));
        var untouched = Read(world);
        var filesThen = world.ReadFiles();
        var isOpen = world.Portal.Get<MaintenanceGuard>().Find(world.Tenant.Slug) is null;
        var restore = isUndo ? await world.UndoAsync(earlier!, liveIsDamaged: true) : await world.RestoreAsync(then, liveIsDamaged: true);

        Assert.Equal((OperationState.Failed, "LiveDamaged"), (refused.State, refused.Error!.Key));
        Assert.Contains("--live-is-damaged", refused.Hint!.ToString(), StringComparison.Ordinal);
        Assert.Equal((kept, files, true), (untouched, filesThen, isOpen));
        Assert.StartsWith(isUndo ? "now 400\n" : "then 500\n", world.ReadLive(), StringComparison.Ordinal);
        Assert.Null(world.Portal.Get<MaintenanceGuard>().Find(world.Tenant.Slug));
        await AssertQuarantineAsync(world, restore, kept);
        await world.RestoreAsync(then);
    }

    [Fact]
    public async Task Quarantine_AfterItsTime_IsDeletedByThePortalOrTheNextRestore()
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services
            .AddSingleton<TimeProvider>(clock)
            .Configure<RestoreKeepOptions>(options => options.QuarantineDays = 10));
        await using var _ = world;
        await DamageAsync(world, "garbage");
        await world.RestoreAsync(then, liveIsDamaged: true);
        var list = world.Portal.Get<QuarantineList>();
        var tidying = ActivatorUtilities.CreateInstance<TenantTidying>(world.Portal.Services);

        var state = Assert.Single(list.List(world.Tenant));
        clock.Advance(TimeSpan.FromDays(9));
        await tidying.RunAsync(Token);
        var before = list.List(world.Tenant).Count;
        clock.Advance(TimeSpan.FromDays(1.1));
        await tidying.RunAsync(Token);

        Assert.Equal(TimeSpan.FromDays(10), state.UntilUtc - state.SinceUtc);
        Assert.Equal((1, 0), (before, list.List(world.Tenant).Count));
        Assert.All(state.Folders, folder => Assert.False(Directory.Exists(folder)));
        world.AssertNothingIsLeft();
    }

    private static async Task<string> DamageAsync(RestoreWorld world, string state)
    {
        var garbage = new byte[5000];
        new Random(1).NextBytes(garbage);
        if (state == "pages")
        {
            // As large as possible a part of the table, but not the schema: it opens, and only reading tells.
            await using var stream = new FileStream(world.Database, FileMode.Open, FileAccess.Write);
            stream.Position = 4096;
            await stream.WriteAsync(Enumerable.Repeat((byte)0xAB, (int)stream.Length - 4096).ToArray(), Token);
        }
        else
            File.Delete(world.Database);
        if (state is "empty" or "garbage")
            await File.WriteAllBytesAsync(world.Database, state == "empty" ? [] : garbage, Token);
        if (state == "log without database")
            await File.WriteAllBytesAsync(world.Database + "-wal", garbage, Token);
        return Read(world);
    }

    private static string Read(RestoreWorld world) => string.Join('\n', new[] { world.Database, world.Database + "-wal" }.Where(File.Exists)
        .Select(file => (Name: Path.GetFileName(file), Bytes: File.ReadAllBytes(file))).Where(file => file.Bytes.Length > 0)
        .Select(file => $"{file.Name} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(file.Bytes))}"));

    private static async Task AssertQuarantineAsync(RestoreWorld world, OperationView restore, string kept)
    {
        Assert.Null(restore.Outcome!.SafetySnapshot);
        var past = (await world.Portal.Get<RestoreHistory>().ListAsync(world.Tenant.Id, Token)).First(past => past.Operation.Id == restore.Id);
        Assert.False(past.CanUndo);
        if (kept.Length == 0)
            return;
        var state = Assert.Single(world.Portal.Get<QuarantineList>().List(world.Tenant));
        Assert.Equal((restore.Id, TimeSpan.FromDays(30)), (state.Operation, state.UntilUtc - state.SinceUtc));
        var raw = state.Folders.SelectMany(folder => Directory.GetFiles(folder, "app.db*")).Order(StringComparer.Ordinal).First(file => new FileInfo(file).Length > 0);
        Assert.Contains(Path.GetDirectoryName(raw)!, restore.Outcome.Summary.ToString(), StringComparison.Ordinal);
        // A swap of whole files goes through SQLite's journal modes, which note themselves on the first page.
        var isWhole = kept.Contains(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(await File.ReadAllBytesAsync(raw, Token))), StringComparison.Ordinal);
        Assert.True(isWhole || (await File.ReadAllBytesAsync(raw, Token))[4096..].All(value => value == 0xAB));
    }
}
