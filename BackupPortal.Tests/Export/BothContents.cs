using System.Globalization;
using System.Text;
using BackupPortal.Core.Sources;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Export;

/// <summary>Rows of a table in SQLite and in PostgreSQL, written in the same way wherever they mean the same. Knows nothing of the writer that is tested.</summary>
internal static class BothContents
{
    /// <summary>Sorted; one line a row.</summary>
    /// <param name="types">Of the columns in PostgreSQL, which say how a value of SQLite has to look there.</param>
    public static IReadOnlyList<string> OfSqlite(string file, string table, IReadOnlyList<string> types)
    {
        using var connection = TestDatabase.Open(file);
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT * FROM {SqlIdentifier.Quote(table)}";
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
            rows.Add(string.Join(" | ", types.Select((type, i) => reader.IsDBNull(i) ? "null" : Value(reader, i, type))));
        return [.. rows.Order(StringComparer.Ordinal)];
    }

    public static async Task<IReadOnlyList<string>> TypesAsync(PostgresServer server, string database, string table)
    {
        var printed = await server.QueryAsync(
            database, $"SELECT data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '{table.Replace("'", "''", StringComparison.Ordinal)}' ORDER BY ordinal_position");
        return printed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public static async Task<IReadOnlyList<string>> OfPostgresAsync(PostgresServer server, string database, string table, IReadOnlyList<string> types)
    {
        var printed = await server.QueryAsync(database, $"COPY {SqlIdentifier.Quote(table)} TO STDOUT");
        return [.. printed.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => string.Join(" | ", line.Split('\t').Select((value, i) => value == "\\N" ? "null" : Value(Unescape(value), types[i]))))
            .Order(StringComparer.Ordinal)];
    }

    private static string Value(SqliteDataReader reader, int i, string type)
    {
        var bytes = reader.GetFieldType(i) == typeof(byte[]) ? (byte[])reader.GetValue(i) : null;
        var text = reader.GetFieldType(i) == typeof(string) ? reader.GetString(i) : null;
        // What is not a blob becomes one as its text.
        if (type == "bytea")
            return "blob " + Convert.ToHexString(bytes ?? Encoding.UTF8.GetBytes(text ?? Number(reader, i)));
        Assert.True(bytes is null, $"a blob in a column that is {type}");
        if (type is "text" or "character varying" or "date" || type.StartsWith("timestamp", StringComparison.Ordinal))
            return "text " + (text ?? Number(reader, i));
        return "number " + Number(double.Parse(Number(reader, i), CultureInfo.InvariantCulture), Number(reader, i));
    }

    private static string Number(SqliteDataReader reader, int i)
    {
        if (reader.GetFieldType(i) == typeof(long))
            return reader.GetInt64(i).ToString(CultureInfo.InvariantCulture);
        var text = reader.GetDouble(i).ToString("R", CultureInfo.InvariantCulture);
        return text.IndexOfAny(['.', 'E', 'I']) < 0 ? text + ".0" : text;
    }

    private static string Value(string text, string type) => type switch
    {
        "bytea" => "blob " + text[2..].ToUpperInvariant(),
        "boolean" => "number " + (text == "t" ? "1" : "0"),
        "bigint" => "number " + text,
        "double precision" or "numeric" => "number " + Number(double.Parse(text, CultureInfo.InvariantCulture), text),
        _ => "text " + text,
    };

    /// <summary>Whole numbers as such, exactly; the others to the bit.</summary>
    private static string Number(double value, string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) ? whole.ToString(CultureInfo.InvariantCulture)
        : Math.Abs(value) < 1e15 && Math.Truncate(value) == value && !(value == 0 && double.IsNegative(value)) ? ((long)value).ToString(CultureInfo.InvariantCulture)
        : BitConverter.DoubleToInt64Bits(value).ToString("X16", CultureInfo.InvariantCulture);

    private static string Unescape(string value)
    {
        var text = new StringBuilder();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] != '\\')
                text.Append(value[i]);
            else
                text.Append(value[++i] switch { 'n' => '\n', 'r' => '\r', 't' => '\t', 'b' => '\b', 'f' => '\f', 'v' => '\v', var other => other });
        }
        return text.ToString();
    }
}
