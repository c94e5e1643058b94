using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Restore;

/// <summary>Writes a snapshot to a folder of its own, <c>app.db</c> and <c>files/</c>, without touching live data.</summary>
public sealed class RestoreToFolder(TenantRepositories repositories, TenantStore tenants, DataRoot root, IOptions<RegistrationOptions> options)
{
    private readonly TenantPlaces _places = new(root, options);

    /// <param name="folder">New or empty.</param>
    /// <param name="progress">Bytes written so far, and in all.</param>
    /// <returns>The record of what was written.</returns>
    /// <exception cref="Messages.PortalException">The folder is not empty, too small, or among live data, or the snapshot is missing or damaged. What was written is deleted again.</exception>
    public async Task<SnapshotRecord> RunAsync(
        Tenant tenant, SnapshotId snapshot, string folder, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        folder = Path.GetFullPath(folder);
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
            throw RestoreText.Refusal("FolderNotEmpty", "FolderNotEmptyHint", null, folder);
        await RequireApartAsync(folder, cancellationToken);
        var repository = repositories.Of(tenant);
        var reader = await repository.OpenAsync(await repository.ReadRecordAsync(snapshot, cancellationToken), cancellationToken);
        await WriteAsync(reader, folder, progress, cancellationToken);
        return reader.Record;
    }

    /// <summary>Writes everything to a folder that is new or empty, after looking whether it fits. What was written is deleted again on any failure.</summary>
    internal static async Task WriteAsync(SnapshotReader reader, string folder, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var isNew = !Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
            RestorePreparation.RequireSpace(folder, reader.Record.SizeBytes);
            await WriteAllAsync(reader, folder, progress, cancellationToken);
        }
        catch (Exception failure)
        {
            Clear(folder, isNew);
            if (failure is IOException or UnauthorizedAccessException)
                throw RestoreText.Refusal("FolderNotWritten", "PrepareFailedHint", failure, failure.Message);
            throw;
        }
    }

    // An empty files folder is a folder like any other to look at, and what is written there would be live.
    private async Task RequireApartAsync(string folder, CancellationToken cancellationToken)
    {
        var place = ResolvedPath.Of(folder);
        var all = await tenants.ListAsync(cancellationToken);
        if (_places.FindProblem(place, trusted: true) is not null || all.Any(one => TenantPlaces.FindConflict(place, isFolder: true, one) is not null))
            throw RestoreText.Refusal("FolderInUse", "FolderInUseHint", null, place.Value);
    }

    private static async Task WriteAllAsync(SnapshotReader reader, string folder, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var record = reader.Record;
        await reader.WriteDatabaseAsync(
            Path.Combine(folder, "app.db"), new ReportEach(done => progress?.Invoke(done, record.SizeBytes)), cancellationToken);
        var (root, written) = (Path.Combine(folder, "files"), record.Database.SizeBytes);
        Directory.CreateDirectory(root);
        foreach (var entry in reader.Files.OrderBy(entry => entry.Path, StringComparer.Ordinal))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var target = Path.Combine(root, entry.Path);
            if (entry.Kind == FileEntryKind.Folder)
                Directory.CreateDirectory(target);
            else
                await FileStaging.WriteAsync(reader, entry, target, cancellationToken);
            progress?.Invoke(written += entry.SizeBytes, record.SizeBytes);
        }

        // From the inside out: what is done in a folder changes its time.
        foreach (var entry in reader.Files.OrderByDescending(entry => entry.Path, StringComparer.Ordinal))
            FileAttributesCopy.Apply(Path.Combine(root, entry.Path), entry);
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
