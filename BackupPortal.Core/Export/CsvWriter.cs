using System.Globalization;
using System.IO.Compression;
using System.Text;
using BackupPortal.Core.Messages;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Core.Export;

/// <summary>A ZIP with a table of values (RFC 4180) for each table, for people with a spreadsheet; see docs/export-formats.md.</summary>
internal sealed class CsvWriter : IFormatWriter
{
    // Of st_mode, which a ZIP keeps in the upper half of the attributes: a file that its owner reads and writes.
    private const int FileAttributes = 0b1000_000_110_100_000 << 16;

    private static readonly DateTime earliest = new(1980, 1, 1);

    public ExportFormat Format => ExportFormat.Csv;

    public async Task<IReadOnlyList<Message>> WriteAsync(
        ExportSource source, Stream output, Action<long, long> progress, CancellationToken cancellationToken)
    {
        try
        {
            using var connection = source.Open();
            await using var archive = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken);
            var rows = new RowProgress(source.Record.Database, progress, cancellationToken);
            var notices = await WriteAsync(source, connection, archive, rows, cancellationToken);
            rows.End();
            return notices;
        }
        catch (SqliteException failure)
        {
            throw ExportText.Refusal("DatabaseUnreadable", "DatabaseUnreadableHint", failure, failure.Message);
        }
    }

    private static async Task<List<Message>> WriteAsync(
        ExportSource source, SqliteConnection connection, ZipArchive archive, RowProgress progress, CancellationToken cancellationToken)
    {
        var time = source.Record.CreatedUtc.ToLocalTime().DateTime;
        var files = new CsvFileNames();
        var notices = new List<Message>();
        var list = new StringBuilder("\uFEFF\"table\",\"file\",\"rows\",\"cells that begin like a formula\",\"texts written as bytes\"\r\n");
        await AddAsync(archive, "README.txt", CsvReadMe.Of(source.Record), time, cancellationToken);
        var schema = SourceSchema.Read(connection);
        foreach (var table in schema.Tables.Where(static table => table.Kind is SourceTableKind.Plain or SourceTableKind.Virtual))
        {
            if (Open(connection, table, notices) is not { } reader)
                continue;
            using (reader)
            {
                var file = files.Next(table.Name);
                await using var target = await CreateAsync(archive, file, time, cancellationToken);
                var written = await TextBlocks.WriteAsync(target, text => new CsvTable(text, reader, progress, schema.Encoding).Write(table), cancellationToken);
                list.Append(CultureInfo.InvariantCulture, $"{CsvText.Quote(table.Name)},{CsvText.Quote(file)},{written.Rows},{written.Formulas},{written.Bytes}\r\n");
                AddNotices(notices, table.Name, written);
            }
        }
        await AddAsync(archive, "tables.csv", list.ToString(), time, cancellationToken);
        return notices;
    }

    /// <returns>Null for a virtual table whose module is not here.</returns>
    private static RowReader? Open(SqliteConnection connection, SourceTable table, List<Message> notices)
    {
        try
        {
            return new RowReader(connection, CsvTable.Query(table));
        }
        catch (SqliteException failure) when (table.Kind == SourceTableKind.Virtual)
        {
            notices.Add(ExportText.Of("TableLeftOut", table.Name, failure.Message));
            return null;
        }
    }

    private static void AddNotices(List<Message> notices, string table, CsvCounts written)
    {
        if (written.Formulas > 0)
            notices.Add(ExportText.Of("CsvFormulas", table, written.Formulas.ToString(CultureInfo.InvariantCulture)));
        if (written.Bytes > 0)
            notices.Add(ExportText.Of("CsvTextsAsBytes", table, written.Bytes.ToString(CultureInfo.InvariantCulture)));
    }

    private static async Task AddAsync(ZipArchive archive, string name, string content, DateTime time, CancellationToken cancellationToken)
    {
        await using var target = await CreateAsync(archive, name, time, cancellationToken);
        await target.WriteAsync(Encoding.UTF8.GetBytes(content), cancellationToken);
    }

    private static async Task<Stream> CreateAsync(ZipArchive archive, string name, DateTime time, CancellationToken cancellationToken)
    {
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        entry.LastWriteTime = time < earliest ? earliest : time;
        entry.ExternalAttributes = FileAttributes;
        return await entry.OpenAsync(cancellationToken);
    }
}
