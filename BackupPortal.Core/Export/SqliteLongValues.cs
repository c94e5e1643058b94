using SQLitePCL;

namespace BackupPortal.Core.Export;

/// <summary>Writes rows that are too long for one statement: long values as pieces in a temporary table, which the row's own statement then puts together.</summary>
/// <param name="steps">That table. Its numbers below 0 are pieces.</param>
/// <param name="longestRowBytes">Of values, of which SQL may need twice as many.</param>
internal sealed class SqliteLongValues(TextBlocks text, string steps, int longestRowBytes)
{
    private readonly int longestValueBytes = Math.Min(64 * 1024, longestRowBytes / 4);
    private readonly int pieceBytes = longestRowBytes / 2;
    private int piece;

    /// <summary>Whether the row is too long.</summary>
    public bool AreIn(RowReader reader)
    {
        long length = 0;
        for (var column = 0; column < reader.Columns; column++)
        {
            if (reader.Type(column) is raw.SQLITE_TEXT or raw.SQLITE_BLOB)
                length += reader.Bytes().Length;
        }
        return length > longestRowBytes;
    }

    public void WritePieces(RowReader reader)
    {
        piece = 0;
        for (var column = 0; column < reader.Columns; column++)
        {
            if (!IsLong(reader, column))
                continue;
            for (var rest = reader.Bytes(); rest.Length > 0; rest = rest[Math.Min(pieceBytes, rest.Length)..])
            {
                text.Write($"INSERT INTO temp.{steps} VALUES({--piece},X'");
                text.WriteHex(rest[..Math.Min(pieceBytes, rest.Length)]);
                text.Write("');\n"u8);
            }
        }
        piece = 0;
    }

    /// <returns>False for a value that is not long, of which nothing is written.</returns>
    public bool WriteSum(RowReader reader, int column)
    {
        if (!IsLong(reader, column))
            return false;
        text.Write("CAST("u8);
        for (var rest = (long)reader.Bytes().Length; rest > 0; rest -= pieceBytes)
            text.Write($"(SELECT piece FROM temp.{steps} WHERE step={--piece}){(rest > pieceBytes ? "||" : "")}");
        text.Write(reader.Type(column) == raw.SQLITE_TEXT ? " AS TEXT)"u8 : " AS BLOB)"u8);
        return true;
    }

    public void WriteEnd() => text.Write($"DELETE FROM temp.{steps} WHERE step<0;\n");

    private bool IsLong(RowReader reader, int column) =>
        reader.Type(column) is raw.SQLITE_TEXT or raw.SQLITE_BLOB && reader.Bytes().Length > longestValueBytes;
}
