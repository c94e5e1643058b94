using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Tests.Sources;

/// <summary>
/// An application that commits all the time: each transaction moves money between two accounts in different tables and writes a numbered line about it.
/// Whoever sees half of one sees a wrong sum or a gap.
/// </summary>
internal sealed class LedgerWriter : IAsyncDisposable
{
    public const long Total = 2000;

    private readonly string file;
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource warm = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task running = Task.CompletedTask;
    private long commits;
    private long busy;

    public LedgerWriter(string file, string journalMode, int fillerRows)
    {
        this.file = file;
        TestDatabase.Create(
            file,
            $"""
            PRAGMA journal_mode={journalMode};
            CREATE TABLE left_accounts(id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
            CREATE TABLE right_accounts(id INTEGER PRIMARY KEY, balance INTEGER NOT NULL);
            CREATE TABLE ledger(number INTEGER PRIMARY KEY, amount INTEGER NOT NULL);
            CREATE TABLE filler(id INTEGER PRIMARY KEY, body TEXT);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10) INSERT INTO left_accounts SELECT i, 100 FROM n;
            INSERT INTO right_accounts SELECT * FROM left_accounts;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {fillerRows}) INSERT INTO filler SELECT i, hex(randomblob(400)) FROM n
            """);
    }

    /// <summary>Transactions acknowledged to the application.</summary>
    public long Commits => Interlocked.Read(ref commits);

    /// <summary>How often it was refused with SQLITE_BUSY, not waiting for any lock.</summary>
    public long Busy => Interlocked.Read(ref busy);

    /// <returns>Ends when it has committed for the first time.</returns>
    public Task StartAsync()
    {
        running = Task.Run(Write);
        return warm.Task;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running;
        stop.Dispose();
    }

    /// <summary>Fails unless the database is whole and holds the state after some number of transactions.</summary>
    /// <returns>That number.</returns>
    public static long AssertConsistent(string file)
    {
        using var connection = TestDatabase.Open(file);
        Assert.Equal("ok", TestDatabase.Scalar(connection, "PRAGMA integrity_check"));
        Assert.Equal(Total, TestDatabase.Scalar(
            connection, "SELECT (SELECT sum(balance) FROM left_accounts) + (SELECT sum(balance) FROM right_accounts)"));
        var lines = (long)TestDatabase.Scalar(connection, "SELECT count(*) FROM ledger")!;
        Assert.Equal(lines, TestDatabase.Scalar(connection, "SELECT coalesce(max(number), 0) FROM ledger"));
        Assert.Equal(1000 - (long)TestDatabase.Scalar(connection, "SELECT coalesce(sum(amount), 0) FROM ledger")!, TestDatabase.Scalar(
            connection, "SELECT sum(balance) FROM left_accounts"));
        return lines;
    }

    private void Write()
    {
        using var connection = TestDatabase.Open(file);
        TestDatabase.Execute(connection, "PRAGMA synchronous=OFF");
        using var command = connection.CreateCommand();
        // One statement that is refused at once when it cannot have its lock.
        command.CommandTimeout = 1;
        for (var i = 1; !stop.IsCancellationRequested; i++)
        {
            command.CommandText =
                $"""
                BEGIN IMMEDIATE;
                UPDATE left_accounts SET balance = balance - {i % 7} WHERE id = {(i % 10) + 1};
                UPDATE filler SET body = hex(randomblob(400)) WHERE id = (SELECT abs(random()) % max(id) + 1 FROM filler);
                UPDATE right_accounts SET balance = balance + {i % 7} WHERE id = {(i * 3 % 10) + 1};
                INSERT INTO ledger(amount) VALUES ({i % 7});
                COMMIT
                """;
            try
            {
                command.ExecuteNonQuery();
                Interlocked.Increment(ref commits);
                warm.TrySetResult();
            }
            catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_BUSY)
            {
                Interlocked.Increment(ref busy);
                TryRollBack(connection);
            }
            stop.Token.WaitHandle.WaitOne(1);
        }
    }

    private static void TryRollBack(SqliteConnection connection)
    {
        try
        {
            TestDatabase.Execute(connection, "ROLLBACK");
        }
        catch (SqliteException e) when (e.SqliteErrorCode == raw.SQLITE_ERROR)
        {
            // It was refused at BEGIN: there is nothing to roll back.
        }
    }
}
