namespace BackupPortal.Core.Export;

/// <summary>What a snapshot can be written as. Kept by name in operations' arguments.</summary>
public enum ExportFormat
{
    /// <summary>The database as a file that SQLite opens, byte for byte as it was.</summary>
    SqliteFile,

    /// <summary>SQL that makes the database anew in SQLite, gzipped.</summary>
    SqliteSql,

    /// <summary>SQL that makes it in PostgreSQL, gzipped.</summary>
    PostgresSql,

    /// <summary>Everything: database, files, record and log.</summary>
    Zip,

    /// <summary>A ZIP with a table of values for each table.</summary>
    Csv,
}
