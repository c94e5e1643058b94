using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Restore;

/// <summary>A quick look at the live database right after the swap: it opens, its schema can be read, it is the version that was staged.</summary>
internal static class LiveProbe
{
    /// <returns>What is wrong, for the log; null when nothing is.</returns>
    public static string? Run(string livePath, int userVersion)
    {
        try
        {
            using var connection = RestoreConnection.OpenReadOnly(livePath);
            connection.Number("SELECT count(*) FROM sqlite_schema");
            var version = connection.Number("PRAGMA user_version");
            if (version != userVersion)
                return $"user_version is {version} instead of {userVersion}";
            if (connection.Text("SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name LIMIT 1") is { } table)
                _ = connection.Text($"SELECT 1 FROM \"{table.Replace("\"", "\"\"", StringComparison.Ordinal)}\" LIMIT 1");
            return null;
        }
        catch (SqliteException failure)
        {
            return failure.Message;
        }
    }
}
