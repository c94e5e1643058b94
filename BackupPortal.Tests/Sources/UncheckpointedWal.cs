namespace BackupPortal.Tests.Sources;

/// <summary>What an application leaves that dies in WAL mode: rows that are only in the log, and no <c>-shm</c>.</summary>
internal static class UncheckpointedWal
{
    public static void Create(string file)
    {
        var original = file + ".original";
        using (var connection = TestDatabase.Open(original))
        {
            TestDatabase.Execute(
                connection,
                """
                PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(a);
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100) INSERT INTO t SELECT i FROM n
                """);
            File.Copy(original, file);
            File.Copy(original + "-wal", file + "-wal");
        }
        File.Delete(original);
    }
}
