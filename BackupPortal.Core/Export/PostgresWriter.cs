using System.IO.Compression;
using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Export;

/// <summary>SQL that makes the database in PostgreSQL, gzipped; see docs/export-formats.md for what becomes what.</summary>
/// <remarks>All rows are read twice: types are chosen by what is really there. Foreign keys are checked meanwhile.</remarks>
internal sealed class PostgresWriter : IFormatWriter
{
    public ExportFormat Format => ExportFormat.PostgresSql;

    public async Task<IReadOnlyList<Message>> WriteAsync(
        ExportSource source, Stream output, Action<long, long> progress, CancellationToken cancellationToken)
    {
        await using var compressed = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        var rows = new RowProgress(source.Record.Database, progress, cancellationToken, passes: 2);
        return await TextBlocks.WriteAsync(compressed, text => Write(source, text, rows, cancellationToken), cancellationToken);
    }

    private static List<Message> Write(ExportSource source, TextBlocks text, RowProgress progress, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var violations = Task.Run(() => ForeignKeyViolations.Find(source, stop.Token), CancellationToken.None);
        try
        {
            using var connection = source.Open();
            var script = new PostgresScript(source, connection, text, progress, () => violations.GetAwaiter().GetResult());
            script.Write();
            return script.Notices;
        }
        catch (SqliteException failure)
        {
            throw ExportText.Refusal("DatabaseUnreadable", "DatabaseUnreadableHint", failure, failure.Message);
        }
        finally
        {
            stop.Cancel();
            // It reads the scratch file, which goes when this is over. What it found has been asked for, or does not matter any more.
            violations.ContinueWith(static _ => { }, TaskScheduler.Default).GetAwaiter().GetResult();
        }
    }
}
