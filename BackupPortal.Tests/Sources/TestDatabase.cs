using BackupPortal.Core.Tenancy;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Sources;

/// <summary>Real SQLite databases as a school's application would have made them.</summary>
internal static class TestDatabase
{
    public static SqliteConnection Open(string file)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, DefaultTimeout = 5 }.ToString());
        connection.Open();
        return connection;
    }

    public static void Create(string file, string sql) => Execute(file, sql);

    /// <summary>Runs the statements and closes the database again.</summary>
    public static void Execute(string file, string sql)
    {
        using var connection = Open(file);
        Execute(connection, sql);
    }

    public static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public static object? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    public static object? Scalar(string file, string sql)
    {
        using var connection = Open(file);
        return Scalar(connection, sql);
    }

    public static Tenant TenantWith(TestFolder folder, string? databaseFile = null, string? filesFolder = null)
    {
        var home = new TenantHome(folder["home"]);
        return new Tenant(
            TenantId.Create(), TenantSlug.Parse("school"), "School", TimeZoneInfo.Utc, databaseFile ?? folder["app.db"],
            filesFolder ?? folder["files"], home, DateTimeOffset.UnixEpoch);
    }
}
