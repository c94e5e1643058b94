using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Backup;

public sealed class BackupOperationTests : BackupSuite
{
    [Fact]
    public async Task Run_OfDatabaseAndFiles_KeepsBothAndTheirFacts()
    {
        TestDatabase.Create(Live, "PRAGMA journal_mode=WAL; PRAGMA user_version=3; CREATE TABLE students(name); INSERT INTO students VALUES ('Ada'), ('Bo')");
        Directory.CreateDirectory(bench.FilePath("photos"));
        await File.WriteAllTextAsync(bench.FilePath("photos/ä b.txt"), "content", Token);
        await File.WriteAllTextAsync(bench.FilePath("empty"), "", Token);

        var outcome = await bench.BackUpAsync();

        Assert.Equal("Done", outcome.Summary.Key);
        Assert.Equal(
            [OperationPhase.Check, OperationPhase.Snapshot, OperationPhase.Store, OperationPhase.Files, OperationPhase.Verify, OperationPhase.Finish],
            bench.Sink.Phases);
        Assert.Empty(bench.Sink.Keys(LogSeverity.Warning));
        var record = await bench.RecordAsync(outcome);
        Assert.Equal((SnapshotOrigin.Manual, "note", "admin@school"), (record.Origin, record.Note, record.CreatedBy));
        Assert.Equal((3, "wal", 2L), (record.Database.UserVersion, record.Database.JournalMode, record.Database.Tables["students"]));
        Assert.Equal((2L, 7L), (record.Files.Count, record.Files.SizeBytes));
        Assert.Equal((record.SizeBytes, record.AddedBytes), (outcome.SizeBytes, outcome.AddedBytes));
        Assert.Equal("content"u8.ToArray(), await bench.ContentAsync(outcome, "photos/ä b.txt"));
        var listed = Assert.Single(await bench.Portal.Get<SnapshotIndex>().ListAsync(bench.Tenant, Token));
        Assert.Equal(record.Id, listed.Id);
        AssertScratchIsEmpty();
    }

    [Fact]
    public async Task Run_WhileAWriterCommits_GivesSnapshotsThatAreEachOneState()
    {
        await using var writer = new LedgerWriter(Live, "wal", fillerRows: 3000);
        await writer.StartAsync();

        for (var i = 0; i < 3; i++)
        {
            var before = writer.Commits;
            var reader = await bench.OpenAsync(await bench.BackUpAsync());
            var restored = bench.Portal.Folder[$"restored{i}.db"];
            await reader.WriteDatabaseAsync(restored, null, Token);
            Assert.True(LedgerWriter.AssertConsistent(restored) >= before);
        }

        Assert.Equal(0, writer.Busy);
    }

    [Fact]
    public async Task Run_OfMissingDatabase_FailsClearlyAndMakesNoSnapshot()
    {
        File.Delete(Live);

        var error = await Assert.ThrowsAsync<PortalException>(() => bench.BackUpAsync());

        Assert.Equal("DatabaseMissing", error.What.Key);
        Assert.NotNull(error.Hint);
        Assert.Empty(await bench.Repository.ListAsync(Token));
        Assert.False(File.Exists(Live));
    }

    [Theory]
    [InlineData(OperationPhase.Snapshot)]
    [InlineData(OperationPhase.Files)]
    [InlineData(OperationPhase.Store)]
    [InlineData(OperationPhase.Verify)]
    public async Task Run_CancelledInAPhase_MakesNoSnapshotAndCleansUp(OperationPhase phase)
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a); INSERT INTO t SELECT randomblob(5000000)");
        await File.WriteAllTextAsync(bench.FilePath("file"), "content", Token);
        using var source = new CancellationTokenSource();
        var sink = new RecordingSink();
        sink.Entered = entered =>
        {
            if (entered == phase)
                source.Cancel();
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BackUpAsync(sink, source.Token));

        Assert.Empty(await bench.Repository.ListAsync(Token));
        AssertScratchIsEmpty();
        Assert.Equal("Done", (await bench.BackUpAsync()).Summary.Key);
    }

    [Fact]
    public async Task Run_CancelledAtTheLastMoment_MakesNoSnapshot()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        var sink = new RecordingSink { Committing = () => throw new OperationCanceledException() };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => bench.BackUpAsync(sink));

        Assert.Empty(await bench.Repository.ListAsync(Token));
    }

    [Fact]
    public async Task Run_CancelledAfterTheCommitBegan_Finishes()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        using var source = new CancellationTokenSource();

        var outcome = await bench.BackUpAsync(new RecordingSink { Committing = source.Cancel }, source.Token);

        Assert.Equal(outcome.Snapshot, Assert.Single(await bench.Repository.ListAsync(Token)));
    }

    [Fact]
    public async Task Run_SeveralTimesWithinASecond_KeepsTheirOrder()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        var made = new List<SnapshotId>();

        for (var i = 0; i < 4; i++)
            made.Add((await bench.BackUpAsync()).Snapshot!);

        made.Reverse();
        Assert.Equal(made, await bench.Repository.ListAsync(Token));
    }

    [Fact]
    public async Task Run_AfterACrashLeftScratch_ClearsItButNotTheCache()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        Directory.CreateDirectory(Path.Combine(bench.Tenant.Home.Scratch, "snapshot-stale"));
        Directory.CreateDirectory(Path.Combine(bench.Tenant.Home.Scratch, "cache"));

        await bench.BackUpAsync();

        Assert.True(Directory.Exists(Path.Combine(bench.Tenant.Home.Scratch, "cache")));
        AssertScratchIsEmpty();
    }

    private void AssertScratchIsEmpty() =>
        Assert.Empty(Directory.GetDirectories(bench.Tenant.Home.Scratch, "snapshot-*"));
}
