namespace BackupPortal.Core.Export;

/// <summary>What is called what in a local copy.</summary>
internal static class ZipLayout
{
    public const string ReadMe = "README.txt";

    /// <summary>The snapshot's record as it is in the repository; see docs/repository-format.md.</summary>
    public const string Record = "record.json";

    public const string Log = "log.txt";

    public const string Database = "app.db";

    /// <summary>What names of files begin with.</summary>
    public const string Files = "files/";

    /// <summary>The last entry: hashes of all regular ones before it, as <c>sha256sum -c</c> reads them.</summary>
    public const string Sums = "SHA256SUMS";
}
