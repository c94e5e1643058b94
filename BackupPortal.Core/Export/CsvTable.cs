using BackupPortal.Core.Sources;
using SQLitePCL;

namespace BackupPortal.Core.Export;

/// <summary>Writes one table as a table of values: texts in quotes, all else without, NULL as nothing at all.</summary>
internal sealed class CsvTable(TextBlocks text, RowReader reader, RowProgress progress, string encoding)
{
    private readonly StoredText stored = new(encoding);
    private long formulas;
    private long textsAsBytes;

    /// <summary>Values of computed columns, too.</summary>
    public static string Query(SourceTable table) =>
        $"SELECT {string.Join(", ", Shown(table).Select(static column => SqlIdentifier.Quote(column.Name)))} FROM main.{SqlIdentifier.Quote(table.Name)}{(table.Kind == SourceTableKind.Virtual ? "" : " NOT INDEXED")}";

    public CsvCounts Write(SourceTable table)
    {
        // Without it, spreadsheets on Windows do not take the file for UTF-8.
        text.Write("\uFEFF");
        text.Write(string.Join(',', Shown(table).Select(static column => CsvText.Quote(column.Name))) + "\r\n");
        long rows = 0;
        for (; reader.Step(); rows++)
        {
            progress.Row();
            for (var column = 0; column < reader.Columns; column++)
            {
                if (column > 0)
                    text.Write((byte)',');
                WriteValue(column);
            }
            text.Write("\r\n"u8);
        }
        return new CsvCounts(rows, formulas, textsAsBytes);
    }

    private static IEnumerable<SourceColumn> Shown(SourceTable table) => table.Columns.Where(static column => column.Generated != GeneratedKind.Hidden);

    private void WriteValue(int column)
    {
        switch (reader.Type(column))
        {
            case raw.SQLITE_INTEGER:
                text.Write(reader.Integer());
                break;
            case raw.SQLITE_FLOAT:
                text.Advance(RealText.WriteShortest(reader.Real(), text.Room(RealText.LongestBytes)));
                break;
            case raw.SQLITE_TEXT:
                WriteText(reader.Bytes());
                break;
            case raw.SQLITE_BLOB:
                WriteBytes(reader.Bytes());
                break;
        }
    }

    private void WriteText(ReadOnlySpan<byte> bytes)
    {
        if (!stored.TryRead(bytes, out var value) || value.Contains((byte)0))
        {
            textsAsBytes++;
            WriteBytes(bytes);
            return;
        }
        if (value is [(byte)'=' or (byte)'+' or (byte)'-' or (byte)'@' or (byte)'\t' or (byte)'\r', ..])
            formulas++;
        text.WriteQuoted(value, (byte)'"');
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        text.Write("0x"u8);
        text.WriteHex(bytes);
    }
}

/// <param name="Formulas">Cells that a spreadsheet may take for a formula.</param>
/// <param name="Bytes">Texts that are not UTF-8, or have a NUL in them.</param>
internal sealed record CsvCounts(long Rows, long Formulas, long Bytes);
