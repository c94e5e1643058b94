namespace BackupPortal.Tests.Sources;

/// <summary>What an application leaves that dies in the middle of a change in rollback mode: a changed file and the journal that takes it back.</summary>
internal static class HotJournal
{
    public static void Create(string file)
    {
        var original = file + ".original";
        using (var connection = TestDatabase.Open(original))
        {
            TestDatabase.Execute(connection, "CREATE TABLE t(a); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) "
                + "INSERT INTO t SELECT 'whole' FROM n");
            // A cache of few pages spills into the file before the commit; synced, so that the journal counts.
            TestDatabase.Execute(connection, "PRAGMA cache_size=5; BEGIN; UPDATE t SET a = 'half'");
            File.Copy(original, file);
            File.Copy(original + "-journal", file + "-journal");
        }
        File.Delete(original);
    }
}
