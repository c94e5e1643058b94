namespace BackupPortal.Core.Sources;

/// <summary>Puts a text into SQL where SQLite takes no parameter.</summary>
internal static class SqlLiteral
{
    /// <summary>The text in single quotes, with those inside it doubled.</summary>
    public static string Of(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
