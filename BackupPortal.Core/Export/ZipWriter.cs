using System.Globalization;
using System.IO.Compression;
using System.Text;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>
/// Everything of a snapshot in one ZIP, in this order: <c>README.txt</c>, <c>record.json</c>, <c>log.txt</c> where there is one, <c>app.db</c>, <c>files/</c>,
/// <c>SHA256SUMS</c>. Any unzip tool opens it; see docs/export-formats.md.
/// </summary>
internal sealed class ZipWriter(OperationHistory history) : IFormatWriter
{
    /// <summary>How far back the operation that made the snapshot is looked for.</summary>
    private const int LookedAt = 1_000;

    public ExportFormat Format => ExportFormat.Zip;

    public async Task<IReadOnlyList<Message>> WriteAsync(
        ExportSource source, Stream output, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var record = source.Record;
        var log = await ReadLogAsync(record, cancellationToken);
        await using var archive = await ZipArchive.CreateAsync(output, ZipArchiveMode.Create, leaveOpen: true, Encoding.UTF8, cancellationToken);
        var entries = new ZipEntries(archive);
        await entries.AddAsync(ZipLayout.ReadMe, Encoding.UTF8.GetBytes(ZipReadMe.Of(record)), record.CompletedUtc, cancellationToken);
        await entries.AddAsync(ZipLayout.Record, RecordDocument.Write(record), record.CompletedUtc, cancellationToken);
        if (log is not null)
            await entries.AddAsync(ZipLayout.Log, Encoding.UTF8.GetBytes(log), record.CompletedUtc, cancellationToken);
        await entries.AddDatabaseAsync(source, done => progress(done, record.SizeBytes), cancellationToken);
        var written = record.Database.SizeBytes;
        foreach (var file in source.Reader.Files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await entries.AddAsync(source.Reader, file, cancellationToken);
            progress(written += file.SizeBytes, record.SizeBytes);
        }
        await entries.AddSumsAsync(record.CompletedUtc, cancellationToken);
        return [];
    }

    // What was said while it was made: a person who opens the copy years later has no portal to ask.
    private async Task<string?> ReadLogAsync(SnapshotRecord record, CancellationToken cancellationToken)
    {
        var operations = await history.ListAsync(record.Tenant, LookedAt, cancellationToken);
        var maker = operations.FirstOrDefault(view => view.Kind is OperationKind.Backup or OperationKind.Import && view.Outcome?.Snapshot == record.Id)
            ?? operations.FirstOrDefault(view => view.Outcome?.SafetySnapshot == record.Id);
        if (maker is null)
            return null;
        var lines = await history.ReadLogAsync(record.Tenant, maker.Id, cancellationToken);
        return string.Concat(lines.Select(line =>
            string.Create(CultureInfo.InvariantCulture, $"{line.TimeUtc:yyyy-MM-dd HH:mm:ss'Z'} {line.Severity,-11} {line.Text}\n")));
    }
}
