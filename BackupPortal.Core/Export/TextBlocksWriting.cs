namespace BackupPortal.Core.Export;

/// <summary>Ways to write bytes of any length.</summary>
internal static class TextBlocksWriting
{
    private const int PieceBytes = 32 * 1024;

    /// <summary>In quotes, with those inside it doubled.</summary>
    public static void WriteQuoted(this TextBlocks text, ReadOnlySpan<byte> value, byte quote)
    {
        text.Write(quote);
        while (value.IndexOf(quote) is >= 0 and var at)
        {
            text.Write(value[..(at + 1)]);
            text.Write(quote);
            value = value[(at + 1)..];
        }
        text.Write(value);
        text.Write(quote);
    }

    /// <summary>As hexadecimal digits.</summary>
    public static void WriteHex(this TextBlocks text, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var piece = bytes[..Math.Min(PieceBytes, bytes.Length)];
            Convert.TryToHexString(piece, text.Room(2 * piece.Length), out var written);
            text.Advance(written);
            bytes = bytes[piece.Length..];
        }
    }
}
