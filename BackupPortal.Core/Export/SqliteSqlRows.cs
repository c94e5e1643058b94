using System.Text;
using BackupPortal.Core.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Export;

/// <summary>Writes rows as statements that insert them, some rows each: that is read faster than one each.</summary>
/// <param name="longValues">Null where there can be none.</param>
internal sealed class SqliteSqlRows(SqliteConnection connection, TextBlocks text, RowProgress progress, string encoding, SqliteLongValues? longValues)
{
    private const int StatementBytes = 16 * 1024;

    private readonly SqliteLiterals literals = new(text, encoding);

    /// <returns>How many rows there were.</returns>
    public long Write(SourceTable table)
    {
        using var reader = new RowReader(connection, Query(table));
        var head = Encoding.UTF8.GetBytes(Head(table));
        long count = 0, begun = 0;
        var isOpen = false;
        while (reader.Step())
        {
            progress.Row();
            count++;
            if (longValues?.AreIn(reader) == true)
            {
                if (isOpen)
                    text.Write(";\n"u8);
                isOpen = false;
                WriteLong(longValues, reader, head);
                continue;
            }
            if (isOpen && text.Length - begun > StatementBytes)
            {
                text.Write(";\n"u8);
                isOpen = false;
            }
            if (!isOpen)
                begun = text.Length;
            text.Write(isOpen ? ",\n("u8 : head);
            isOpen = true;
            WriteValues(reader);
        }
        if (isOpen)
            text.Write(";\n"u8);
        return count;
    }

    // Row numbers are read in the table's own order, never through an index that has all of its columns.
    private static string Query(SourceTable table) =>
        $"SELECT {string.Join(", ", Names(table, static name => name))} FROM main.{SqlIdentifier.Quote(table.Name)} NOT INDEXED";

    private static string Head(SourceTable table) => table.RowId is null && table.Stored.Count == table.Columns.Count
        ? $"INSERT INTO {SqlIdentifier.Quote(table.Name)} VALUES("
        : $"INSERT INTO {SqlIdentifier.Quote(table.Name)}({string.Join(",", Names(table, static name => name))}) VALUES(";

    private static IEnumerable<string> Names(SourceTable table, Func<string, string> of) =>
        (table.RowId is { } rowId ? [rowId] : Enumerable.Empty<string>()).Concat(table.Stored.Select(static column => SqlIdentifier.Quote(column.Name))).Select(of);

    private void WriteValues(RowReader reader)
    {
        for (var column = 0; column < reader.Columns; column++)
        {
            if (column > 0)
                text.Write((byte)',');
            literals.Write(reader, column);
        }
        text.Write((byte)')');
    }

    private void WriteLong(SqliteLongValues longValues, RowReader reader, byte[] head)
    {
        longValues.WritePieces(reader);
        text.Write(head);
        for (var column = 0; column < reader.Columns; column++)
        {
            if (column > 0)
                text.Write((byte)',');
            if (!longValues.WriteSum(reader, column))
                literals.Write(reader, column);
        }
        text.Write(");\n"u8);
        longValues.WriteEnd();
    }
}
