using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Sources;

public class SqliteBindingTests
{
    [Fact]
    public void Open_WithSystemLibrary_RunsSqlWithFts5()
    {
        using var connection = new SqliteConnection("Data Source=:memory:");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "CREATE VIRTUAL TABLE notes USING fts5(body); SELECT sqlite_version()";

        Assert.Equal(SqliteBinding.LibraryVersion, command.ExecuteScalar());
    }
}
