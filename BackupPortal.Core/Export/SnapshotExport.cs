using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Export;

/// <summary>Writes a snapshot in one of the formats. Touches neither live data nor the repository, and needs no lease.</summary>
internal sealed class SnapshotExport(TenantRepositories repositories, IEnumerable<IFormatWriter> writers)
{
    private readonly Dictionary<ExportFormat, IFormatWriter> _writers = writers.ToDictionary(static writer => writer.Format);

    /// <summary>To a new file, which is there as a whole or not at all: written under a temporary name beside it, synced, renamed.</summary>
    /// <param name="file">Must not exist; its folder must.</param>
    /// <param name="progress">Hears the phase, the bytes done in it, and the bytes in all; cheap to call.</param>
    /// <exception cref="PortalException">The snapshot is missing or damaged, there is no room, or the file exists or cannot be written.</exception>
    public async Task<ExportResult> ToFileAsync(
        Tenant tenant, SnapshotId snapshot, ExportFormat format, string file, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        if (Path.Exists(file))
            throw ExportText.Refusal("FileExists", "FileExistsHint", null, file);
        var temporary = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            var result = format == ExportFormat.SqliteFile
                ? await WriteDatabaseAsync(tenant, snapshot, temporary, progress, cancellationToken)
                : await WriteFileAsync(tenant, snapshot, format, temporary, progress, cancellationToken);
            // Links fail where a name is taken, which a rename does not.
            File.Move(temporary, file, overwrite: false);
            DurableFile.SyncFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
            return result;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw ExportText.Refusal("FileNotWritten", "FileNotWrittenHint", failure, file, failure.Message);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>To a stream, for example a pipe. What was written before a failure is worth nothing; the reader has to be told.</summary>
    /// <exception cref="PortalException">The snapshot is missing or damaged, or there is no room to unpack it.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public async Task<ExportResult> ToStreamAsync(
        Tenant tenant, SnapshotId snapshot, ExportFormat format, Stream output, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        var reader = await OpenAsync(tenant, snapshot, cancellationToken);
        using var scratch = OwnedFolder.Create(tenant, "export-");
        var database = Path.Combine(scratch.Path, "app.db");
        ScratchSpace.Check(database, reader.Record.Database.SizeBytes);
        await reader.WriteDatabaseAsync(database, Each(done => progress(OperationPhase.Unpack, done, reader.Record.Database.SizeBytes)), cancellationToken);
        var notices = await _writers[format].WriteAsync(
            new ExportSource(reader, database), output, (done, total) => progress(OperationPhase.Write, done, total), cancellationToken);
        await output.FlushAsync(cancellationToken);
        return new ExportResult(reader.Record, notices);
    }

    // Straight to where it is to be: there is nothing to make of it.
    private async Task<ExportResult> WriteDatabaseAsync(
        Tenant tenant, SnapshotId snapshot, string file, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        var reader = await OpenAsync(tenant, snapshot, cancellationToken);
        ScratchSpace.Check(Path.GetFullPath(file), reader.Record.Database.SizeBytes);
        await reader.WriteDatabaseAsync(file, Each(done => progress(OperationPhase.Write, done, reader.Record.Database.SizeBytes)), cancellationToken);
        return new ExportResult(reader.Record, []);
    }

    private async Task<ExportResult> WriteFileAsync(
        Tenant tenant, SnapshotId snapshot, ExportFormat format, string file, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        await using var output = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var result = await ToStreamAsync(tenant, snapshot, format, output, progress, cancellationToken);
        output.Flush(flushToDisk: true);
        return result;
    }

    private async Task<SnapshotReader> OpenAsync(Tenant tenant, SnapshotId snapshot, CancellationToken cancellationToken)
    {
        var repository = repositories.Of(tenant);
        return await repository.OpenAsync(await repository.ReadRecordAsync(snapshot, cancellationToken), cancellationToken);
    }

    private static EachReport Each(Action<long> report) => new(report);

    private sealed class EachReport(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
