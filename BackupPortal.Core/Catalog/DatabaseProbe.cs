using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Catalog;

/// <summary>Asks SQLite whether a file is a database that can be read; never opens it by other means.</summary>
internal static class DatabaseProbe
{
    private const int Corrupt = 11;
    private const int CannotOpen = 14;
    private const int NotADatabase = 26;

    /// <summary>Null when it is; otherwise why not. An empty file is a database without tables.</summary>
    public static async Task<Message?> FindProblemAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = Connect(file, SqliteOpenMode.ReadOnly);
            await connection.OpenAsync(cancellationToken);
            await ExecuteAsync(connection, "PRAGMA trusted_schema = OFF; SELECT count(*) FROM sqlite_schema;", cancellationToken);
            return null;
        }
        catch (SqliteException unreadable)
        {
            return unreadable.SqliteErrorCode switch
            {
                NotADatabase => new Message("Catalog", "DatabaseIsNone", file),
                Corrupt => new Message("Catalog", "DatabaseDamaged", file),
                CannotOpen => new Message("Catalog", "DatabaseNotReadable", file),
                _ => new Message("Catalog", "DatabaseFault", file, unreadable.Message),
            };
        }
    }

    /// <summary>Makes an empty database in WAL mode, which backups never disturb.</summary>
    public static async Task CreateAsync(string file, CancellationToken cancellationToken)
    {
        await using var connection = Connect(file, SqliteOpenMode.ReadWriteCreate);
        await connection.OpenAsync(cancellationToken);
        await ExecuteAsync(connection, "PRAGMA journal_mode = WAL; PRAGMA user_version = 0;", cancellationToken);
    }

    private static SqliteConnection Connect(string file, SqliteOpenMode mode) =>
        new(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 5 }.ToString());

    private static async Task ExecuteAsync(SqliteConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteScalarAsync(cancellationToken);
    }
}
