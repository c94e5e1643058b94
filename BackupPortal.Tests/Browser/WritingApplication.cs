using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Browser;

/// <summary>The school's own application in the middle of writing: it holds the database until it is disposed, and takes back what it wrote.</summary>
internal sealed class WritingApplication : IAsyncDisposable
{
    private readonly SqliteConnection _connection;

    private WritingApplication(SqliteConnection connection) => _connection = connection;

    public static async Task<WritingApplication> BeginAsync(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE; UPDATE students SET id = id WHERE id = (SELECT min(id) FROM students)";
        await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        return new WritingApplication(connection);
    }

    public ValueTask DisposeAsync() => _connection.DisposeAsync();
}
