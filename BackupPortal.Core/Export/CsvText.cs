namespace BackupPortal.Core.Export;

/// <summary>Small texts as cells.</summary>
internal static class CsvText
{
    public static string Quote(string text) => $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
