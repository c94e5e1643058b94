using System.IO.Compression;
using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Export;

/// <summary>SQL that makes the database anew in SQLite, gzipped; see docs/export-formats.md for what it is made of.</summary>
internal sealed class SqliteSqlWriter : IFormatWriter
{
    public ExportFormat Format => ExportFormat.SqliteSql;

    /// <summary>From which size on the values of a row are written in pieces; SQLite takes no statement of more than 10^9 bytes.</summary>
    public int LongestRowBytes { get; init; } = 256 * 1024 * 1024;

    public async Task<IReadOnlyList<Message>> WriteAsync(
        ExportSource source, Stream output, Action<long, long> progress, CancellationToken cancellationToken)
    {
        await using var compressed = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        return await TextBlocks.WriteAsync(compressed, text => Write(source, text, new RowProgress(source.Record.Database, progress, cancellationToken)), cancellationToken);
    }

    private List<Message> Write(ExportSource source, TextBlocks text, RowProgress progress)
    {
        try
        {
            using var connection = source.Open();
            using var script = new SqliteSqlScript(connection, text, progress, LongestRowBytes);
            script.Write();
            return script.Notices;
        }
        catch (Exception failure) when (failure is SqliteException or InvalidDataException)
        {
            throw ExportText.Refusal("DatabaseUnreadable", "DatabaseUnreadableHint", failure, failure.Message);
        }
    }
}
