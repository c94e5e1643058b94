using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Verification;
using BackupPortal.Tests.Scenarios;

namespace BackupPortal.Tests.Verification;

/// <summary>What each level of a check finds in a real backup, and what it cannot find.</summary>
public sealed class VerifyLevelTests : IAsyncLifetime
{
    private RestoreWorld world = null!;
    private SnapshotRecord record = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private SnapshotRepository Repository => world.Portal.Get<TenantRepositories>().Of(world.Tenant);

    public async ValueTask InitializeAsync()
    {
        (world, var id) = await RestoreWorld.CreateChangedAsync();
        record = await Repository.ReadRecordAsync(id, Cancel);
    }

    public ValueTask DisposeAsync() => world.DisposeAsync();

    [Theory]
    [InlineData(VerifyLevel.Presence)]
    [InlineData(VerifyLevel.Decode)]
    [InlineData(VerifyLevel.Drill)]
    public async Task Run_WholeBackup_IsWholeAndLeavesNothing(VerifyLevel level)
    {
        var result = await VerifyAsync(level);

        Assert.True(result.IsWhole, string.Join('\n', result.Problems));
        Assert.Empty(result.Notices);
        Assert.Empty(Directory.EnumerateDirectories(world.Tenant.Home.Scratch, "drill-*"));
        var summary = await SummaryAsync();
        Assert.Equal(level == VerifyLevel.Presence ? null : level, summary.ProvenLevel);
        Assert.Equal(level != VerifyLevel.Presence, summary.ProvenUtc is not null);
    }

    [Theory]
    [InlineData(VerifyLevel.Presence)]
    [InlineData(VerifyLevel.Decode)]
    [InlineData(VerifyLevel.Drill)]
    public async Task Run_PackGone_EachLevelNamesIt(VerifyLevel level)
    {
        var key = RepositoryLayout.PackKey(record.Packs[0]);
        File.Delete(PathOf(key));

        var result = await VerifyAsync(level);

        Assert.Contains(result.Problems, problem => problem.Contains(key, StringComparison.Ordinal));
        Assert.Equal((true, null), ((await SummaryAsync()).IsDamaged, (await SummaryAsync()).ProvenUtc));
    }

    [Theory]
    [InlineData(VerifyLevel.Presence)]
    [InlineData(VerifyLevel.Decode)]
    [InlineData(VerifyLevel.Drill)]
    public async Task Run_PackCutShort_EachLevelNamesIt(VerifyLevel level)
    {
        var key = RepositoryLayout.PackKey(record.Packs[0]);
        var bytes = await File.ReadAllBytesAsync(PathOf(key), Cancel);
        await File.WriteAllBytesAsync(PathOf(key), bytes[..^1], Cancel);

        Assert.Contains((await VerifyAsync(level)).Problems, problem => problem.Contains(key, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_BitOfAFrameFlipped_OnlyReadingContentsFindsIt()
    {
        var key = RepositoryLayout.PackKey(record.Packs[0]);
        var bytes = await File.ReadAllBytesAsync(PathOf(key), Cancel);
        bytes[PackFormat.HeaderSize + 40] ^= 4;
        await File.WriteAllBytesAsync(PathOf(key), bytes, Cancel);

        Assert.True((await VerifyAsync(VerifyLevel.Presence)).IsWhole);
        Assert.Null((await SummaryAsync()).ProvenUtc);
        Assert.Contains((await VerifyAsync(VerifyLevel.Decode)).Problems, problem => problem.Contains(key, StringComparison.Ordinal));
        Assert.Contains((await VerifyAsync(VerifyLevel.Drill)).Problems, problem => problem.Contains(key, StringComparison.Ordinal));
        Assert.Empty(Directory.EnumerateDirectories(world.Tenant.Home.Scratch, "drill-*"));
    }

    [Fact]
    public async Task Run_ARowMissingAgainstTheRecord_OnlyTheDrillFindsIt()
    {
        await RewriteAsync(record with { Database = record.Database with { Tables = new Dictionary<string, long> { ["state"] = 501, ["gone"] = 1 } } });

        Assert.True((await VerifyAsync(VerifyLevel.Presence)).IsWhole);
        Assert.True((await VerifyAsync(VerifyLevel.Decode)).IsWhole);
        var drill = await VerifyAsync(VerifyLevel.Drill);
        Assert.Equal(2, drill.Problems.Count);
        Assert.Contains("gone", drill.Problems[0], StringComparison.Ordinal);
        Assert.Contains("500", drill.Problems[1], StringComparison.Ordinal);
        Assert.Contains("501", drill.Problems[1], StringComparison.Ordinal);
        Assert.True((await SummaryAsync()).IsDamaged);

        // What a drill found is not taken back by a check that could not have found it.
        Assert.True((await VerifyAsync(VerifyLevel.Decode)).IsWhole);
        Assert.True((await SummaryAsync()).IsDamaged);
        await RewriteAsync(record);
        Assert.True((await VerifyAsync(VerifyLevel.Drill)).IsWhole);
        Assert.False((await SummaryAsync()).IsDamaged);
    }

    [Fact]
    public async Task Run_BackupOfADamagedDatabase_OnlyTheDrillFindsIt()
    {
        // The pages are stored faithfully, but what they hold is no longer a sound database.
        var copy = world.Portal.Folder["damaged.db"];
        await (await Repository.OpenAsync(record, Cancel)).WriteDatabaseAsync(copy, null, Cancel);
        var bytes = await File.ReadAllBytesAsync(copy, Cancel);
        Array.Clear(bytes, 2 * record.Database.PageSize, record.Database.PageSize);
        await File.WriteAllBytesAsync(copy, bytes, Cancel);
        record = await StoreAsync(copy);

        Assert.True((await VerifyAsync(VerifyLevel.Decode)).IsWhole);
        Assert.Contains((await VerifyAsync(VerifyLevel.Drill)).Problems, problem => problem.StartsWith("The restored database is damaged", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_RowsWithoutTheirParent_AreANoticeOfTheDrill()
    {
        world.Execute("CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES state(id)); PRAGMA foreign_keys=OFF; INSERT INTO child VALUES (1, 9999)");
        record = await Repository.ReadRecordAsync(await world.BackupAsync(), Cancel);

        var result = await VerifyAsync(VerifyLevel.Drill);

        Assert.True(result.IsWhole, string.Join('\n', result.Problems));
        Assert.StartsWith("1 row", Assert.Single(result.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RecordThatDoesNotNameAPack_IsFoundByPresence()
    {
        var pack = record.Packs[0];
        await RewriteAsync(record with { Packs = [] });

        foreach (var level in Enum.GetValues<VerifyLevel>().Except([VerifyLevel.Drill]))
            Assert.Contains((await VerifyAsync(level)).Problems, problem => problem.Contains(pack, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_DrillWithoutSpace_FailsAndSaysNothingOfTheBackup()
    {
        await RewriteAsync(record with { SizeBytes = 1L << 60 });

        var failure = await Assert.ThrowsAsync<PortalException>(() => VerifyAsync(VerifyLevel.Drill));

        Assert.Equal("NoSpace", failure.What.Key);
        Assert.Equal((false, null), ((await SummaryAsync()).IsDamaged, (await SummaryAsync()).ProvenUtc));
    }

    [Fact]
    public async Task Run_AfterAKilledDrill_ClearsWhatItLeftButNotWhatRuns()
    {
        var scratch = Directory.CreateDirectory(world.Tenant.Home.Scratch).FullName;
        var left = Directory.CreateDirectory(Path.Combine(scratch, "drill-left")).FullName;
        var closed = Directory.CreateDirectory(Path.Combine(left, "restored", "closed")).FullName;
        await File.WriteAllTextAsync(Path.Combine(closed, "file"), "x", Cancel);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(closed, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(Path.Combine(left, "lock"), "", Cancel);
        var running = Directory.CreateDirectory(Path.Combine(scratch, "drill-running")).FullName;
        using var held = FileLock.TryTake(Path.Combine(running, "lock"));

        Assert.True((await VerifyAsync(VerifyLevel.Drill)).IsWhole);

        Assert.Equal([running], Directory.EnumerateDirectories(scratch, "drill-*"));
    }

    [Theory]
    [InlineData(VerifyLevel.Presence, "DoneOnePresence", "WholePresence")]
    [InlineData(VerifyLevel.Decode, "DoneOne", "Whole")]
    [InlineData(VerifyLevel.Drill, "DoneOneDrill", "WholeDrill")]
    public async Task Operation_OfALevel_KeepsItAndSaysWhatWasDone(VerifyLevel level, string summary, string line)
    {
        var view = await world.SucceedAsync(OperationKind.Verify, new VerifyArguments(record.Id.Value, level).ToJson());

        Assert.Equal(level, VerifyArguments.FromJson(view.Arguments).Level);
        Assert.Equal(summary, view.Outcome!.Summary.Key);
        var log = await world.Portal.Get<OperationHistory>().ReadLogAsync(world.Tenant.Id, view.Id, Cancel);
        Assert.Contains(log, entry => entry.Text.Key == line);
    }

    [Fact]
    public void Arguments_OfAnEarlierVersion_MeanDecode() =>
        Assert.Equal(new VerifyArguments("latest", VerifyLevel.Decode), VerifyArguments.FromJson("""{"Snapshot":"latest"}"""));

    private async Task<VerifiedSnapshot> VerifyAsync(VerifyLevel level) =>
        Assert.Single(await world.Portal.Get<SnapshotVerification>().RunAsync(world.Tenant, record.Id.Value, level, null, Cancel));

    private async Task<SnapshotSummary> SummaryAsync() =>
        (await world.Portal.Get<SnapshotIndex>().ListAsync(world.Tenant, Cancel)).Single(one => one.Id == record.Id);

    private string PathOf(string key) => Path.Combine(world.Tenant.Home.Repository, key);

    private Task RewriteAsync(SnapshotRecord changed) =>
        File.WriteAllBytesAsync(PathOf(RepositoryLayout.SnapshotKey(record.Id)), RecordDocument.Write(changed), Cancel);

    private async Task<SnapshotRecord> StoreAsync(string database)
    {
        await using var writer = await Repository.BeginAsync(Cancel);
        var stored = await writer.StoreDatabaseAsync(database, null, Cancel);
        var files = await writer.StoreManifestAsync([], Cancel);
        var facts = record.Database with { RootHash = stored.RootHash, MapHash = stored.MapHash };
        return await writer.CommitAsync(
            record with { Id = SnapshotId.Create(record.CreatedUtc.AddHours(1)), Database = facts, Files = files, SizeBytes = facts.SizeBytes }, Cancel);
    }
}
