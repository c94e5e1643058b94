using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Restore;

/// <summary>Another program that keeps a database locked.</summary>
internal static class DatabaseLock
{
    private static readonly TimeSpan HeldFor = TimeSpan.FromMilliseconds(120);

    /// <summary>Returns when the lock is held, which is given back a moment later; or when somebody else holds the database alone just now.</summary>
    public static void HoldForAMoment(string database)
    {
        using var begun = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            try
            {
                using var other = TestDatabase.Open(database);
                TestDatabase.Execute(other, "PRAGMA busy_timeout = 20; BEGIN IMMEDIATE");
                begun.Set();
                // SQLite's own lock, held for a real while.
                Thread.Sleep(HeldFor);
                TestDatabase.Execute(other, "ROLLBACK");
            }
            catch (SqliteException)
            {
                // It could not be had.
                begun.Set();
            }
        });
        thread.Start();
        begun.Wait();
    }
}
