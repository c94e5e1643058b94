using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Sources;

/// <summary>Says in a person's words why a live database could not be read.</summary>
internal static class LiveDatabaseErrors
{
    /// <summary>Looks at the file without opening it.</summary>
    public static void ThrowIfMissing(string livePath)
    {
        if (Directory.Exists(livePath))
            throw new PortalException(SourcesText.Of("DatabaseIsFolder", livePath), SourcesText.Of("CheckPath"));
        if (!File.Exists(livePath))
            throw new PortalException(SourcesText.Of("DatabaseMissing", livePath), SourcesText.Of("DatabaseMissingHint"));
    }

    /// <summary>True when the database itself is what is wrong, not the way to it, nor the place where a copy was to be.</summary>
    public static bool AreDamage(PortalException error) =>
        error.What.Key is "NotADatabase" or "DatabaseCorrupt" or "DatabaseMissing" or "DatabaseIsFolder";

    public static PortalException Translate(SqliteException error, string livePath) => error.SqliteErrorCode switch
    {
        raw.SQLITE_NOTADB => new(SourcesText.Of("NotADatabase", livePath), SourcesText.Of("NotADatabaseHint"), cause: error),
        raw.SQLITE_CORRUPT => new(SourcesText.Of("DatabaseCorrupt", livePath), SourcesText.Of("DatabaseCorruptHint"), cause: error),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            new(SourcesText.Of("DatabaseLocked", livePath), SourcesText.Of("DatabaseLockedHint"), canRetry: true, error),
        raw.SQLITE_CANTOPEN or raw.SQLITE_PERM or raw.SQLITE_AUTH or raw.SQLITE_READONLY =>
            new(SourcesText.Of("DatabaseNotReadable", livePath, error.Message), SourcesText.Of("DatabaseNotReadableHint"), cause: error),
        _ => new(SourcesText.Of("DatabaseUnreadable", livePath, error.Message), SourcesText.Of("TryAgainSoon"), canRetry: true, error),
    };
}
