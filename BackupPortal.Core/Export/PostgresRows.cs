using System.Buffers;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace BackupPortal.Core.Export;

/// <summary>Writes rows as <c>COPY</c> reads them.</summary>
internal sealed class PostgresRows(SqliteConnection connection, TextBlocks text, RowProgress progress, string encoding)
{
    private static readonly SearchValues<byte> escaped = SearchValues.Create("\\\n\r\t"u8);

    private readonly StoredText stored = new(encoding);
    private readonly byte[] number = new byte[RealText.LongestBytes];

    public void Write(PostgresTable table)
    {
        text.Write($"COPY {PostgresText.Quote(table.Name)} ({PostgresText.List(table.Columns.Select(static column => column.Name))}) FROM stdin;\n");
        var kinds = table.Columns.Select(static column => column.Kind).ToArray();
        using var reader = new RowReader(connection, PostgresSurvey.Query(table.Source));
        while (reader.Step())
        {
            progress.Row();
            for (var column = 0; column < kinds.Length; column++)
            {
                if (column > 0)
                    text.Write((byte)'\t');
                WriteValue(reader, column, kinds[column]);
            }
            text.Write((byte)'\n');
        }
        text.Write("\\.\n"u8);
    }

    private void WriteValue(RowReader reader, int column, PostgresKind kind)
    {
        var type = reader.Type(column);
        if (type == raw.SQLITE_NULL)
            text.Write("\\N"u8);
        else if (kind == PostgresKind.Bytes)
            WriteBytes(reader, column, type);
        else if (type == raw.SQLITE_TEXT)
            WriteText(reader.Bytes());
        else if (kind == PostgresKind.Boolean)
            text.Write(reader.Integer() == 0 ? (byte)'f' : (byte)'t');
        else if (type == raw.SQLITE_INTEGER)
            text.Write(reader.Integer());
        else
            text.Advance(RealText.WriteShortest(reader.Real(), text.Room(RealText.LongestBytes)));
    }

    private void WriteText(ReadOnlySpan<byte> bytes)
    {
        var value = stored.Read(bytes);
        while (value.IndexOfAny(escaped) is >= 0 and var at)
        {
            text.Write(value[..at]);
            text.Write(value[at] switch
            {
                (byte)'\n' => "\\n"u8,
                (byte)'\r' => "\\r"u8,
                (byte)'\t' => "\\t"u8,
                _ => "\\\\"u8,
            });
            value = value[(at + 1)..];
        }
        text.Write(value);
    }

    // A text that is one comes as UTF-8, and numbers as their text.
    private void WriteBytes(RowReader reader, int column, int type)
    {
        text.Write("\\\\x"u8);
        switch (type)
        {
            case raw.SQLITE_INTEGER:
                System.Buffers.Text.Utf8Formatter.TryFormat(reader.Integer(), number, out var digits);
                text.WriteHex(number.AsSpan(0, digits));
                break;
            case raw.SQLITE_FLOAT:
                text.WriteHex(number.AsSpan(0, RealText.WriteShortest(reader.Real(), number)));
                break;
            case raw.SQLITE_TEXT:
                var bytes = reader.Bytes();
                text.WriteHex(stored.TryRead(bytes, out var value) ? value : bytes);
                break;
            default:
                text.WriteHex(reader.Bytes());
                break;
        }
    }
}
