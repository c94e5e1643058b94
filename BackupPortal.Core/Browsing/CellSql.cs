using System.Globalization;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Browsing;

/// <summary>Asks for one value as a person is shown it: long ones are cut by SQLite, and a large blob is not even read, since type and length are in the row's header.</summary>
internal static class CellSql
{
    /// <summary>How many results a value takes: type, what to show, size.</summary>
    public const int Results = 3;

    /// <param name="name">A column as SQL names it.</param>
    public static string Of(string name) =>
        $"""
        typeof({name}),
        CASE typeof({name}) WHEN 'text' THEN substr({name}, 1, 200)
            WHEN 'blob' THEN CASE WHEN length({name}) <= 65536 THEN hex(substr({name}, 1, 32)) ELSE '' END
            ELSE {name} END,
        CASE typeof({name}) WHEN 'text' THEN CASE WHEN length({name}) > 200 THEN length(CAST({name} AS BLOB)) END
            WHEN 'blob' THEN CASE WHEN length({name}) > 32 THEN length({name}) END END
        """;

    /// <param name="at">Number of the first of its results.</param>
    public static TableCell Read(SqliteDataReader reader, int at)
    {
        var text = reader.GetValue(at + 1) switch
        {
            DBNull => null,
            long integer => integer.ToString(CultureInfo.InvariantCulture),
            double real => real.ToString("R", CultureInfo.InvariantCulture),
            var other => Convert.ToString(other, CultureInfo.InvariantCulture),
        };
        return new TableCell(text, reader.GetString(at), reader.IsDBNull(at + 2) ? null : reader.GetInt64(at + 2));
    }
}
