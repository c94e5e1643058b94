using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Catalog;

/// <summary>One statement, and what goes into it by name. Instants are given as <see cref="DateTimeOffset"/>.</summary>
internal sealed record SqlStatement(string Text, params (string Name, object? Value)[] Values)
{
    public SqliteCommand On(SqliteConnection connection)
    {
        var command = connection.CreateCommand();
        command.CommandText = Text;
        foreach (var (name, value) in Values)
            command.Parameters.AddWithValue(name, Kept(value));
        return command;
    }

    // See UtcInstantConverter. The binding keeps all other values as EF does.
    private static object Kept(object? value) => value switch
    {
        null => DBNull.Value,
        DateTimeOffset instant => instant.UtcDateTime,
        _ => value,
    };
}
