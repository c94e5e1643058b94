namespace BackupPortal.Core.Export;

/// <summary>What formats are called on the command line and in the API, and how files of them are named.</summary>
public static class ExportFormats
{
    private static readonly (ExportFormat Format, string Name, string Extension, string MediaType)[] All =
    [
        (ExportFormat.SqliteFile, "sqlite3_db", ".db", "application/vnd.sqlite3"),
        (ExportFormat.SqliteSql, "sqlite3", ".sqlite.sql.gz", "application/gzip"),
        (ExportFormat.PostgresSql, "postgres", ".postgres.sql.gz", "application/gzip"),
        (ExportFormat.Zip, "zip", ".zip", "application/zip"),
        (ExportFormat.Csv, "csv", ".csv.zip", "application/zip"),
    ];

    /// <summary>What is put behind the extension of a file under a passphrase.</summary>
    public const string EncryptedExtension = ".enc";

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(static one => one.Name)];

    public static string NameOf(ExportFormat format) => All.Single(one => one.Format == format).Name;

    /// <returns>Null when no format is called that.</returns>
    public static ExportFormat? Find(string name) => Array.Find(All, one => one.Name == name) is { Name: not null } found ? found.Format : null;

    /// <summary>With the dot; also tells formats apart whose files are both gzipped.</summary>
    public static string ExtensionOf(ExportFormat format) => All.Single(one => one.Format == format).Extension;

    public static string MediaTypeOf(ExportFormat format) => All.Single(one => one.Format == format).MediaType;
}
