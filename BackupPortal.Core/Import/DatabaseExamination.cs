using BackupPortal.Core.Import.Sql;
using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Import;

/// <summary>Reads a database that came in through, and decides whether it is whole.</summary>
internal static class DatabaseExamination
{
    private const int MostProblems = 20;
    private const int MostViolations = 10_000;

    // What only the application of a school can have; the pages are whole all the same, or not.
    private static readonly string[] ThingsOfApplications = ["no such collation", "no such function", "no such module", "unsafe use of"];

    /// <summary>Looks at a database in the scratch folder, which nobody has open.</summary>
    /// <returns>What the reader of the backup must know.</returns>
    /// <exception cref="UnfitFileException">It is damaged, or reading it takes too long.</exception>
    public static IReadOnlyList<Message> Run(string file, WorkLimits limits)
    {
        // A live database may have been empty; SQLite takes that for one.
        if (new FileInfo(file).Length == 0)
            return [];
        var notices = new List<Message>();
        try
        {
            using var database = UntrustedDatabase.OpenToRead(file, limits);
            foreach (var _ in database.Rows("SELECT name FROM sqlite_schema"))
                limits.ThrowIfOverdue();
            CheckIntegrity(database, notices);
            CheckForeignKeys(database, notices);
            return notices;
        }
        catch (SqliteException failure)
        {
            throw ImportText.UnfitWith("DatabaseDamaged", "DatabaseDamagedHint", ImportText.Shown(failure.Message));
        }
    }

    private static void CheckIntegrity(UntrustedDatabase database, List<Message> notices)
    {
        try
        {
            var lines = database.Rows($"PRAGMA integrity_check({MostProblems})").OfType<string>().ToList();
            if (lines is not ["ok"])
                throw ImportText.UnfitWith("DatabaseDamaged", "DatabaseDamagedHint", ImportText.Shown(lines.FirstOrDefault() ?? ""));
        }
        catch (SqliteException failure) when (IsOfApplication(failure))
        {
            notices.Add(ImportText.Of("NotChecked", ImportText.Shown(failure.Message)));
        }
    }

    private static void CheckForeignKeys(UntrustedDatabase database, List<Message> notices)
    {
        try
        {
            var violations = database.Rows("PRAGMA foreign_key_check").Take(MostViolations).LongCount();
            if (violations > 0)
                notices.Add(ImportText.Of("ForeignKeys", ImportText.Number(violations)));
        }
        catch (SqliteException failure) when (failure.SqliteErrorCode == raw.SQLITE_ERROR)
        {
            // A key that names a column that is not there: a fault of the schema, which the school's application lives with.
            notices.Add(ImportText.Of("ForeignKeysNotChecked", ImportText.Shown(failure.Message)));
        }
    }

    private static bool IsOfApplication(SqliteException failure) =>
        failure.SqliteErrorCode == raw.SQLITE_ERROR && ThingsOfApplications.Any(thing => failure.Message.Contains(thing, StringComparison.Ordinal));
}
