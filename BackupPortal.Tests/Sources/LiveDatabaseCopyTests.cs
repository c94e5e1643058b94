using System.Security.Cryptography;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Tests.Sources;

public sealed class LiveDatabaseCopyTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Live => folder["app.db"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Run_WhileAWalWriterCommits_GivesConsistentStatesAndNeverHoldsItUp()
    {
        await using var writer = new LedgerWriter(Live, "wal", fillerRows: 12_000);
        await writer.StartAsync();

        for (var i = 0; i < 10; i++)
        {
            var before = writer.Commits;
            var copied = await CopyAsync($"copy{i}");

            Assert.Equal(("wal", 0, false), (copied.JournalMode, copied.Restarts, copied.Stalled));
            Assert.InRange(LedgerWriter.AssertConsistent(folder[$"copy{i}"]), before, writer.Commits);
        }

        Assert.Equal(0, writer.Busy);
    }

    [Fact]
    public async Task Run_WhileARollbackWriterCommits_EndsWithAConsistentState()
    {
        await using var writer = new LedgerWriter(Live, "delete", fillerRows: 12_000);
        await writer.StartAsync();

        for (var i = 0; i < 3; i++)
        {
            var before = writer.Commits;
            var copied = await CopyAsync($"copy{i}");

            Assert.Equal("delete", copied.JournalMode);
            Assert.Equal(copied.Restarts == 3, copied.Stalled);
            Assert.True(LedgerWriter.AssertConsistent(folder[$"copy{i}"]) >= before);
        }
    }

    [Fact]
    public async Task Run_WhenEachStepIsFollowedByACommit_StallsAfterThreeRestarts()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a); CREATE TABLE n(i); INSERT INTO t SELECT randomblob(9000000)");
        using var writer = TestDatabase.Open(Live);

        var copied = await CopyAsync("copy", (done, total) =>
        {
            if (done < total)
                TestDatabase.Execute(writer, "INSERT INTO n VALUES (1)");
        });

        Assert.Equal((3, true), (copied.Restarts, copied.Stalled));
        Assert.Equal(TestDatabase.Scalar(writer, "SELECT count(*) FROM n"), TestDatabase.Scalar(folder["copy"], "SELECT count(*) FROM n"));
        Assert.Equal("ok", TestDatabase.Scalar(folder["copy"], "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Run_WithCommitsAfterThePin_HoldsThePinnedState()
    {
        TestDatabase.Create(Live, "PRAGMA journal_mode=WAL; CREATE TABLE t(a); CREATE TABLE n(i); INSERT INTO t SELECT randomblob(9000000)");
        using var writer = TestDatabase.Open(Live);

        var copied = await CopyAsync("copy", (_, _) => TestDatabase.Execute(writer, "INSERT INTO n VALUES (1); UPDATE t SET a = randomblob(9000000)"));

        Assert.Equal(0L, TestDatabase.Scalar(folder["copy"], "SELECT count(*) FROM n"));
        Assert.True((long)TestDatabase.Scalar(writer, "SELECT count(*) FROM n")! > 3);
        Assert.Equal(copied.SizeBytes, new FileInfo(folder["copy"]).Length);
    }

    [Theory]
    [InlineData("PRAGMA journal_mode=WAL")]
    [InlineData("PRAGMA page_size=512")]
    [InlineData("PRAGMA page_size=512; PRAGMA journal_mode=WAL")]
    [InlineData("PRAGMA page_size=65536")]
    [InlineData("PRAGMA page_size=65536; PRAGMA journal_mode=WAL")]
    [InlineData("PRAGMA encoding='UTF-16le'")]
    [InlineData("PRAGMA encoding='UTF-16be'; PRAGMA journal_mode=WAL")]
    [InlineData("PRAGMA auto_vacuum=FULL")]
    [InlineData("PRAGMA auto_vacuum=INCREMENTAL; PRAGMA journal_mode=WAL")]
    public async Task Run_OfAnyKindOfDatabase_CopiesAllOfIt(string pragmas)
    {
        TestDatabase.Create(
            Live,
            pragmas + """
            ; PRAGMA user_version=7; PRAGMA application_id=99;
            CREATE TABLE "o'd""d; name"(id INTEGER PRIMARY KEY, body TEXT, twice AS (id * 2));
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) INSERT INTO "o'd""d; name"(body) SELECT hex(randomblob(80)) FROM n;
            CREATE TABLE w(a, b, PRIMARY KEY (a, b)) WITHOUT ROWID; INSERT INTO w VALUES (1, 'ä');
            CREATE VIRTUAL TABLE notes USING fts5(body); INSERT INTO notes VALUES ('one two');
            CREATE VIRTUAL TABLE places USING rtree(id, x0, x1); INSERT INTO places VALUES (1, 0, 1);
            CREATE VIEW v AS SELECT 1
            """);

        var copied = await CopyAsync("copy");
        var facts = LiveDatabaseCopy.ReadFacts(folder["copy"], Token);

        Assert.Equal(["copy"], Directory.GetFiles(folder.Path, "copy*").Select(Path.GetFileName));
        Assert.Equal(copied.SizeBytes, new FileInfo(folder["copy"]).Length);
        Assert.Equal((7, 99), (facts.UserVersion, facts.ApplicationId));
        Assert.Equal(TestDatabase.Scalar(Live, "PRAGMA encoding"), facts.Encoding);
        Assert.Equal(3000, facts.Tables["o'd\"d; name"]);
        Assert.Equal((1, 1, 1), (facts.Tables["w"], facts.Tables["notes"], facts.Tables["places"]));
        Assert.DoesNotContain("v", facts.Tables.Keys);
        Assert.Empty(facts.Uncounted);
        Assert.Equal("ok", TestDatabase.Scalar(folder["copy"], "PRAGMA integrity_check"));
        Assert.Equal(
            TestDatabase.Scalar(Live, """SELECT group_concat(body) FROM "o'd""d; name" """),
            TestDatabase.Scalar(folder["copy"], """SELECT group_concat(body) FROM "o'd""d; name" """));
    }

    [Fact]
    public async Task Run_OfEmptyFile_GivesAnEmptyDatabase()
    {
        await File.WriteAllBytesAsync(Live, [], Token);

        var copied = await CopyAsync("copy");

        Assert.Empty(LiveDatabaseCopy.ReadFacts(folder["copy"], Token).Tables);
        Assert.Equal(copied.SizeBytes, new FileInfo(folder["copy"]).Length);
        Assert.Equal(0, new FileInfo(Live).Length);
    }

    [Fact]
    public async Task Run_OfUncheckpointedLog_CopiesItsRowsAndLeavesItInPlace()
    {
        UncheckpointedWal.Create(Live);
        var (database, log) = (await HashAsync(Live), await HashAsync(Live + "-wal"));

        await CopyAsync("copy");

        Assert.Equal(100L, TestDatabase.Scalar(folder["copy"], "SELECT count(*) FROM t"));
        Assert.Equal((database, log), (await HashAsync(Live), await HashAsync(Live + "-wal")));
    }

    [Fact]
    public async Task Run_AfterACrashInMidChange_CopiesTheStateBefore()
    {
        HotJournal.Create(Live);

        await CopyAsync("copy");

        Assert.Equal(5000L, TestDatabase.Scalar(folder["copy"], "SELECT count(*) FROM t WHERE a = 'whole'"));
    }

    [Fact]
    public async Task Run_TwiceOfOneState_GivesIdenticalCopies()
    {
        TestDatabase.Create(Live, "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t SELECT randomblob(500000)");

        await CopyAsync("one");
        await CopyAsync("two");

        Assert.Equal(await HashAsync(folder["one"]), await HashAsync(folder["two"]));
    }

    [Fact]
    public async Task Run_OfRollbackDatabase_LeavesNothingBesideIt()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");

        await CopyAsync("copy");

        Assert.Equal(["app.db", "copy"], Directory.GetFiles(folder.Path).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task Run_WhileExclusivelyLocked_GivesUpInBoundedTimeAndLeavesNoScratch()
    {
        using var owner = TestDatabase.Open(Live);
        TestDatabase.Execute(owner, "CREATE TABLE t(a); BEGIN EXCLUSIVE");

        var error = await Assert.ThrowsAsync<PortalException>(
            () => LiveDatabaseCopy.RunAsync(Live, folder["copy"], TimeSpan.FromSeconds(1), TimeProvider.System, null, Token));

        Assert.Equal("DatabaseLocked", error.What.Key);
        Assert.True(error.CanRetry);
        Assert.False(File.Exists(folder["copy"]));
    }

    [Fact]
    public async Task Run_WhenLockedInMidCopy_WaitsForTheLockToEnd()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a); INSERT INTO t SELECT randomblob(9000000)");
        using var owner = TestDatabase.Open(Live);
        var looks = 0;
        var waits = 0;
        // Whoever had it locked is done when the copy has begun to wait.
        var time = new TimeWithWaits(() =>
        {
            if (waits++ == 0)
                TestDatabase.Execute(owner, "COMMIT");
        });

        var copied = await LiveDatabaseCopy.RunAsync(
            Live,
            folder["copy"],
            time,
            (_, _) =>
            {
                if (looks++ == 0)
                    TestDatabase.Execute(owner, "BEGIN EXCLUSIVE");
            },
            Token);

        Assert.InRange(waits, 1, int.MaxValue);
        Assert.False(copied.Stalled);
        Assert.Equal("ok", TestDatabase.Scalar(folder["copy"], "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Run_OfDamagedDatabase_SaysSoOrCopiesItForTheChecksToFind()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a); INSERT INTO t SELECT randomblob(500000)");
        var bytes = await File.ReadAllBytesAsync(Live, Token);
        bytes.AsSpan(100, 200).Fill(0xEE);
        await File.WriteAllBytesAsync(Live, bytes, Token);

        var error = await Assert.ThrowsAsync<PortalException>(() => CopyAsync("copy"));

        Assert.Equal("DatabaseCorrupt", error.What.Key);
        Assert.False(File.Exists(folder["copy"]));
    }

    [Fact]
    public async Task Run_OfEncryptedOrOtherFile_SaysThatItIsNoDatabase()
    {
        await File.WriteAllBytesAsync(Live, RandomNumberGenerator.GetBytes(8192), Token);

        var error = await Assert.ThrowsAsync<PortalException>(() => CopyAsync("copy"));

        Assert.Equal("NotADatabase", error.What.Key);
    }

    [Fact]
    public async Task Run_CancelledBetweenSteps_StopsAndLeavesNoScratch()
    {
        TestDatabase.Create(Live, "PRAGMA journal_mode=WAL; CREATE TABLE t(a); INSERT INTO t SELECT randomblob(9000000)");
        using var source = new CancellationTokenSource();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => LiveDatabaseCopy.RunAsync(Live, folder["copy"], TimeProvider.System, (_, _) => source.Cancel(), source.Token));

        Assert.False(File.Exists(folder["copy"]));
    }

    [Fact]
    public async Task Run_ToAFileThatIsThere_RefusesAndKeepsIt()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        await File.WriteAllTextAsync(folder["copy"], "precious", Token);

        await Assert.ThrowsAsync<ArgumentException>(() => CopyAsync("copy"));

        Assert.Equal("precious", await File.ReadAllTextAsync(folder["copy"], Token));
    }

    [Fact]
    public void ReadFacts_WithVirtualTableOfUnknownModule_LeavesItsCountOut()
    {
        TestDatabase.Create(
            Live,
            """
            CREATE TABLE t(a); INSERT INTO t VALUES (1); PRAGMA writable_schema=ON;
            INSERT INTO sqlite_schema VALUES ('table', 'strange', 'strange', 0, 'CREATE VIRTUAL TABLE strange USING not_here(x)')
            """);

        var facts = LiveDatabaseCopy.ReadFacts(Live, Token);

        Assert.Equal(["strange"], facts.Uncounted);
        Assert.Equal(["t"], facts.Tables.Keys);
    }

    private Task<CopiedDatabase> CopyAsync(string name, Action<long, long>? progress = null) =>
        LiveDatabaseCopy.RunAsync(Live, folder[name], TimeProvider.System, progress, Token);

    private static async Task<string> HashAsync(string file) => Convert.ToHexString(SHA256.HashData(await File.ReadAllBytesAsync(file, Token)));

    /// <summary>Real time that says when somebody begins to wait.</summary>
    private sealed class TimeWithWaits(Action onWait) : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            onWait();
            return base.CreateTimer(callback, state, dueTime, period);
        }
    }
}
