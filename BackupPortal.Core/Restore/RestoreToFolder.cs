using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Writes a snapshot to a folder of its own, <c>app.db</c> and <c>files/</c>, without touching live data.</summary>
public sealed class RestoreToFolder(TenantRepositories repositories, OutsidePlaces outside)
{
    /// <param name="folder">New or empty.</param>
    /// <param name="progress">Bytes written so far, and in all.</param>
    /// <returns>The record of what was written.</returns>
    /// <exception cref="Messages.PortalException">The folder is not empty, too small, or among live data, or the snapshot is missing or damaged. What was written is deleted again.</exception>
    public async Task<SnapshotRecord> RunAsync(
        Tenant tenant, SnapshotId snapshot, string folder, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        folder = await CheckAsync(folder, cancellationToken);
        var reader = await OpenAsync(tenant, snapshot, cancellationToken);
        await WriteAsync(reader, folder, progress, cancellationToken);
        return reader.Record;
    }

    /// <summary>Writes one file, or one folder with all that is in it, to where it is below <c>files/</c>. Reads little more than that from the repository.</summary>
    /// <param name="path">Relative to the files folder, <c>/</c> between parts.</param>
    /// <param name="folder">New or empty.</param>
    /// <param name="progress">Bytes written so far, and in all.</param>
    /// <returns>How many files and links were written, and how many bytes.</returns>
    /// <exception cref="Messages.PortalException">As <see cref="RunAsync"/>; also when the snapshot has no such path.</exception>
    public async Task<(int Files, long SizeBytes)> RunFilesAsync(
        Tenant tenant, SnapshotId snapshot, string path, string folder, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        folder = await CheckAsync(folder, cancellationToken);
        var reader = await OpenAsync(tenant, snapshot, cancellationToken);
        var entries = FilesToFolder.Select(reader.Files, path);
        if (entries.Count == 0)
            throw RestoreText.Refusal("FileNotInSnapshot", "FileNotInSnapshotHint", null, path, snapshot.Value);
        var size = entries.Sum(entry => entry.SizeBytes);
        await WriteAsync(folder, size, () => WriteFilesAsync(reader, entries, folder, done => progress?.Invoke(done, size), cancellationToken));
        return (entries.Count(entry => entry.Kind != FileEntryKind.Folder), size);
    }

    /// <summary>Writes everything to a folder that is new or empty, after looking whether it fits. What was written is deleted again on any failure.</summary>
    internal static Task WriteAsync(SnapshotReader reader, string folder, Action<long, long>? progress, CancellationToken cancellationToken) =>
        WriteAsync(folder, reader.Record.SizeBytes, () => WriteAllAsync(reader, folder, progress, cancellationToken));

    private static async Task WriteAsync(string folder, long size, Func<Task> write)
    {
        var isNew = !Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
            RestorePreparation.RequireSpace(folder, size);
            await write();
        }
        catch (Exception failure)
        {
            Clear(folder, isNew);
            if (failure is IOException or UnauthorizedAccessException)
                throw RestoreText.Refusal("FolderNotWritten", "PrepareFailedHint", failure, failure.Message);
            throw;
        }
    }

    private async Task<string> CheckAsync(string folder, CancellationToken cancellationToken)
    {
        folder = Path.GetFullPath(folder);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw RestoreText.Refusal("FolderNotEmpty", "FolderNotEmptyHint", null, folder);
        await outside.RequireAsync(folder, cancellationToken);
        return folder;
    }

    private async Task<SnapshotReader> OpenAsync(Tenant tenant, SnapshotId snapshot, CancellationToken cancellationToken)
    {
        var repository = repositories.Of(tenant);
        return await repository.OpenAsync(await repository.ReadRecordAsync(snapshot, cancellationToken), cancellationToken);
    }

    private static async Task WriteAllAsync(SnapshotReader reader, string folder, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var record = reader.Record;
        await reader.WriteDatabaseAsync(
            Path.Combine(folder, "app.db"), new ReportEach(done => progress?.Invoke(done, record.SizeBytes)), cancellationToken);
        await WriteFilesAsync(
            reader, reader.Files, folder, done => progress?.Invoke(record.Database.SizeBytes + done, record.SizeBytes), cancellationToken);
    }

    private static async Task WriteFilesAsync(
        SnapshotReader reader, IReadOnlyList<FileEntry> entries, string folder, Action<long> progress, CancellationToken cancellationToken)
    {
        var root = Path.Combine(folder, "files");
        Directory.CreateDirectory(root);
        await FilesToFolder.WriteAsync(reader, entries, root, progress, cancellationToken);
        DurableFile.SyncFolder(folder);
    }

    private static void Clear(string folder, bool isNew)
    {
        if (!Directory.Exists(folder))
            return;
        if (isNew)
        {
            Directory.Delete(folder, recursive: true);
            return;
        }

        File.Delete(Path.Combine(folder, "app.db"));
        if (Directory.Exists(Path.Combine(folder, "files")))
            Directory.Delete(Path.Combine(folder, "files"), recursive: true);
    }
}
