using System.Text;
using System.Text.Unicode;

namespace BackupPortal.Core.Export;

/// <summary>Makes UTF-8 of texts as a database keeps them. Not safe for concurrent use.</summary>
/// <param name="encoding">Of the database, as SQLite names it.</param>
internal sealed class StoredText(string encoding)
{
    private readonly Encoding? wide = encoding switch
    {
        "UTF-8" => null,
        "UTF-16be" => new UnicodeEncoding(bigEndian: true, byteOrderMark: false, throwOnInvalidBytes: true),
        _ => new UnicodeEncoding(bigEndian: false, byteOrderMark: false, throwOnInvalidBytes: true),
    };

    /// <param name="stored">Of which <see cref="TryRead"/> has said that it is a text.</param>
    public ReadOnlySpan<byte> Read(ReadOnlySpan<byte> stored) => wide is null ? stored : Encoding.UTF8.GetBytes(wide.GetString(stored));

    /// <returns>False where the bytes are no text: SQLite does not look at what it is given.</returns>
    public bool TryRead(ReadOnlySpan<byte> stored, out ReadOnlySpan<byte> text)
    {
        text = stored;
        if (wide is null)
            return Utf8.IsValid(stored);
        try
        {
            text = Encoding.UTF8.GetBytes(wide.GetString(stored));
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }
}
