using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Storage;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Export;

/// <summary>Writes a snapshot in one of the formats. Touches neither live data nor the repository, and needs no lease.</summary>
public sealed class SnapshotExport
{
    private readonly TenantRepositories _repositories;
    private readonly Dictionary<ExportFormat, IFormatWriter> _writers;

    internal SnapshotExport(TenantRepositories repositories, IEnumerable<IFormatWriter> writers)
    {
        _repositories = repositories;
        _writers = writers.ToDictionary(static writer => writer.Format);
    }

    /// <summary>To a new file, which is there as a whole or not at all: written under a temporary name beside it, synced, read back, renamed.</summary>
    /// <param name="file">Must not exist; its folder must.</param>
    /// <param name="readsBack">Whether what was written is read again before it gets its name.</param>
    /// <param name="progress">Hears the phase, the bytes done in it, and the bytes in all; cheap to call.</param>
    /// <exception cref="PortalException">The snapshot is missing or damaged, there is no room, or the file exists or cannot be written.</exception>
    public async Task<ExportResult> ToFileAsync(
        Tenant tenant, ExportRequest request, string file, bool readsBack, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        if (Path.Exists(file))
            throw Taken(file);
        var temporary = $"{file}.{Guid.NewGuid():N}.part";
        try
        {
            var result = request.Format == ExportFormat.SqliteFile
                ? await WriteDatabaseAsync(tenant, request, temporary, progress, cancellationToken)
                : await WriteFileAsync(tenant, request, temporary, progress, cancellationToken);
            if (readsBack)
            {
                var hash = await ExportProof.RunAsync(temporary, request, (done, total) => progress(OperationPhase.Verify, done, total), cancellationToken);
                result = result with { Sha256 = hash };
            }
            cancellationToken.ThrowIfCancellationRequested();
            if (!ExclusiveRename.TryRun(temporary, file))
                throw Taken(file);
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
    /// <exception cref="PortalException">The snapshot is missing or damaged, the passphrase is too short, or there is no room to unpack it.</exception>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public async Task<ExportResult> ToStreamAsync(
        Tenant tenant, ExportRequest request, Stream output, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        if (request.Passphrase is { } passphrase)
        {
            if (request.Format != ExportFormat.Zip)
                throw ExportText.Refusal("OnlyZipEncrypted", "OnlyZipEncryptedHint");
            if (passphrase.Length < ExportRequest.ShortestPassphrase)
                throw ExportText.Refusal("PassphraseShort", "PassphraseShortHint", null, ExportRequest.ShortestPassphrase.ToString(CultureInfo.InvariantCulture));
            await using var container = new ContainerWriteStream(output, EncryptedContainer.Create(passphrase));
            var result = await ToPlainStreamAsync(tenant, request, container, progress, cancellationToken);
            await container.CompleteAsync(cancellationToken);
            return result;
        }
        return await ToPlainStreamAsync(tenant, request, output, progress, cancellationToken);
    }

    private async Task<ExportResult> ToPlainStreamAsync(
        Tenant tenant, ExportRequest request, Stream output, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        var reader = await OpenAsync(tenant, request.Snapshot, cancellationToken);
        using var scratch = OwnedFolder.Create(tenant, "export-");
        var database = Path.Combine(scratch.Path, "app.db");
        var size = reader.Record.Database.SizeBytes;
        ScratchSpace.Check(database, size);
        await reader.WriteDatabaseAsync(database, Each(done => progress(OperationPhase.Unpack, done, size)), cancellationToken);
        var notices = await _writers[request.Format].WriteAsync(
            new ExportSource(reader, database), output, (done, total) => progress(OperationPhase.Write, done, total), cancellationToken);
        await output.FlushAsync(cancellationToken);
        return new ExportResult(reader.Record, notices);
    }

    // Straight to where it is to be: there is nothing to make of it.
    private async Task<ExportResult> WriteDatabaseAsync(
        Tenant tenant, ExportRequest request, string file, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        var reader = await OpenAsync(tenant, request.Snapshot, cancellationToken);
        var size = reader.Record.Database.SizeBytes;
        ScratchSpace.Check(Path.GetFullPath(file), size);
        await reader.WriteDatabaseAsync(file, Each(done => progress(OperationPhase.Write, done, size)), cancellationToken);
        return new ExportResult(reader.Record, []);
    }

    private async Task<ExportResult> WriteFileAsync(
        Tenant tenant, ExportRequest request, string file, Action<OperationPhase, long, long> progress, CancellationToken cancellationToken)
    {
        await using var output = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var result = await ToStreamAsync(tenant, request, output, progress, cancellationToken);
        output.Flush(flushToDisk: true);
        return result;
    }

    private async Task<SnapshotReader> OpenAsync(Tenant tenant, SnapshotId snapshot, CancellationToken cancellationToken)
    {
        var repository = _repositories.Of(tenant);
        return await repository.OpenAsync(await repository.ReadRecordAsync(snapshot, cancellationToken), cancellationToken);
    }

    private static PortalException Taken(string file) => ExportText.Refusal("FileExists", "FileExistsHint", null, file);

    private static EachReport Each(Action<long> report) => new(report);

    private sealed class EachReport(Action<long> report) : IProgress<long>
    {
        public void Report(long value) => report(value);
    }
}
