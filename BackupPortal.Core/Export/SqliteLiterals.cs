using System.Buffers;
using SQLitePCL;

namespace BackupPortal.Core.Export;

/// <summary>Writes values as SQLite's SQL has them, so that each comes back with its type and to the bit.</summary>
/// <param name="encoding">Of the database, as SQLite names it: in what its texts' bytes are.</param>
internal sealed class SqliteLiterals(TextBlocks text, string encoding)
{
    // SQL ends at a NUL; the shell takes a carriage return at the end of a line away.
    private static readonly SearchValues<byte> notInText = SearchValues.Create("\0\r"u8);

    private readonly StoredText stored = new(encoding);

    public void Write(RowReader reader, int column)
    {
        switch (reader.Type(column))
        {
            case raw.SQLITE_INTEGER:
                text.Write(reader.Integer());
                break;
            case raw.SQLITE_FLOAT:
                text.Advance(RealText.WriteLiteral(reader.Real(), text.Room(RealText.LongestBytes)));
                break;
            case raw.SQLITE_TEXT:
                WriteText(reader.Bytes());
                break;
            case raw.SQLITE_BLOB:
                WriteBlob(reader.Bytes());
                break;
            default:
                text.Write("NULL"u8);
                break;
        }
    }

    private void WriteText(ReadOnlySpan<byte> bytes)
    {
        if (!stored.TryRead(bytes, out var value) || value.ContainsAny(notInText))
            WriteAsBytes(bytes);
        else
            text.WriteQuoted(value, (byte)'\'');
    }

    private void WriteAsBytes(ReadOnlySpan<byte> bytes)
    {
        text.Write("CAST("u8);
        WriteBlob(bytes);
        text.Write(" AS TEXT)"u8);
    }

    private void WriteBlob(ReadOnlySpan<byte> bytes)
    {
        text.Write("X'"u8);
        text.WriteHex(bytes);
        text.Write((byte)'\'');
    }
}
