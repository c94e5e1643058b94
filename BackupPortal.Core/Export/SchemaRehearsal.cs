using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Export;

/// <summary>
/// Makes a schema anew in memory, as a program will that reads an export: tells what it cannot make, and keeps out whatever stands in a schema beside a statement. SQLite itself reads
/// only the first one there; a program that is given the text would run all of it.
/// </summary>
internal sealed class SchemaRehearsal : IDisposable
{
    private readonly SqliteConnection connection = new("Data Source=:memory:;Pooling=False");

    /// <param name="encoding">Of the database, as SQLite names it.</param>
    public SchemaRehearsal(string encoding)
    {
        connection.Open();
        Run($"PRAGMA encoding='{encoding}'");
    }

    /// <summary>How many tables, indexes, views and triggers there are that are not SQLite's own.</summary>
    public long Objects => (long)Scalar(@"SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'sqlite\_%' ESCAPE '\'")!;

    public bool HasTable(string name) => (long)Scalar($"SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = {SqlLiteral.Of(name)}")! > 0;

    /// <summary>The statement of a schema's entry, complete and alone.</summary>
    /// <param name="isThere">Whether the table may be there already.</param>
    /// <exception cref="InvalidDataException">SQLite has never written such an entry.</exception>
    public static string Statement(SchemaObject entry, bool isThere)
    {
        var tokens = SqlToken.Read(entry.Sql!).ToList();
        var code = tokens.Where(static token => token.IsCode).ToList();
        if (code.Count < 3 || !code[0].Is("CREATE") || entry.Type == "table" && !code[1].Is("VIRTUAL") && !code[3].Is("("))
            throw new InvalidDataException(entry.Name);
        var end = tokens[^1].Kind switch
        {
            SqlTokenKind.LineComment => "\n",
            SqlTokenKind.BlockComment when !tokens[^1].Text.EndsWith("*/", StringComparison.Ordinal) || tokens[^1].Text.Length < 4 => "*/",
            _ => "",
        };
        // SQLite itself writes the first two words, always like this.
        return (isThere ? "CREATE TABLE IF NOT EXISTS" + entry.Sql!["CREATE TABLE".Length..] : entry.Sql) + end;
    }

    /// <returns>The statement as it is safe to write, and why it cannot be run here; null where it can.</returns>
    public (string Statement, string? Failure) Make(string statement)
    {
        var handle = ConnectionHandle.Of(connection);
        var result = raw.sqlite3_prepare_v2(handle, statement, out var prepared, out var tail);
        using (prepared)
        {
            if (result != raw.SQLITE_OK)
                return (statement, raw.sqlite3_errmsg(handle).utf8_to_string());
            if (!string.IsNullOrEmpty(tail))
                statement = statement[..^tail.Length].TrimEnd(';');
            result = raw.sqlite3_step(prepared);
            return (statement, result == raw.SQLITE_DONE ? null : raw.sqlite3_errmsg(handle).utf8_to_string());
        }
    }

    public void Run(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    public void Dispose() => connection.Dispose();

    private object? Scalar(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }
}
