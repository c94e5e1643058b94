using System.Buffers;

namespace BackupPortal.Core.Import;

/// <summary>What a file that came in is.</summary>
internal enum IncomingForm
{
    /// <summary>Nothing that can be imported.</summary>
    Unknown,

    Empty,

    /// <summary>A ZIP: a local copy, or what somebody packed by hand.</summary>
    Zip,

    /// <summary>A local copy with a passphrase.</summary>
    EncryptedCopy,

    /// <summary>A SQLite database file.</summary>
    Database,

    /// <summary>SQL as text.</summary>
    Sql,

    /// <summary>Something gzipped.</summary>
    Gzip,
}

/// <summary>Finds out what a file is by what is in it; names can say anything.</summary>
internal static class IncomingForms
{
    /// <summary>So many bytes of the beginning are enough to tell.</summary>
    public const int HeadBytes = 4096;

    private static readonly SearchValues<byte> NotInText = SearchValues.Create([0, 1, 2, 3, 4, 5, 6, 7, 8, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 28, 29, 30, 31, 127]);

    private static readonly string[] BeginningsOfSql = ["--", "/*", ".", "BEGIN", "PRAGMA", "CREATE", "INSERT", "ATTACH", "DELETE", "SELECT", "UPDATE", "WITH", "DROP", "VACUUM", "ALTER", "REPLACE"];

    /// <param name="head">The first <see cref="HeadBytes"/>, or the whole file when it is shorter.</param>
    public static IncomingForm Recognise(ReadOnlySpan<byte> head)
    {
        if (head.IsEmpty)
            return IncomingForm.Empty;
        if (head.StartsWith("SQLite format 3\0"u8))
            return IncomingForm.Database;
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return IncomingForm.Zip;
        if (head.StartsWith("BPCOPY"u8))
            return IncomingForm.EncryptedCopy;
        if (head is [0x1f, 0x8b, ..])
            return IncomingForm.Gzip;
        return IsSql(head) ? IncomingForm.Sql : IncomingForm.Unknown;
    }

    private static bool IsSql(ReadOnlySpan<byte> head)
    {
        if (head.ContainsAny(NotInText))
            return false;
        if (head.StartsWith("\uFEFF"u8))
            head = head[3..];
        var text = System.Text.Encoding.Latin1.GetString(head.TrimStart(" \t\r\n;"u8));
        return BeginningsOfSql.Any(word => text.StartsWith(word, StringComparison.OrdinalIgnoreCase));
    }
}
