using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Copies;

/// <summary>Local copies, and exports that wait to be downloaded. The folders say what there is; nothing of it is in the catalog. Safe for concurrent use.</summary>
public sealed class KeptFiles(CopyPlaces places, AuditLog audit, IOptions<CopyOptions> options, TimeProvider time)
{
    /// <summary>Folder of files that are being written.</summary>
    internal const string Unfinished = ".unfinished";

    // Everything that an export or a person with a local copy may have put there; notes and what is being written aside.
    private static readonly string[] _extensions = [".zip", ".enc", ".gz", ".db", ".sqlite", ".sqlite3", ".sql"];

    /// <summary>Local copies in all places that are there; newest first.</summary>
    public IReadOnlyList<KeptFile> ListCopies(Tenant tenant) => [.. places.OfCopies.SelectMany(place => List(tenant, place)).OrderByDescending(file => file.WrittenUtc)];

    /// <summary>Exports that wait to be downloaded; newest first.</summary>
    public IReadOnlyList<KeptFile> ListDownloads(Tenant tenant) => [.. List(tenant, CopyPlaces.Downloads).OrderByDescending(file => file.WrittenUtc)];

    /// <returns>Null when there is no such file, or the name is none of a file in that place.</returns>
    public KeptFile? Find(Tenant tenant, string place, string name) =>
        places.FolderOf(tenant, place) is { } folder && IsName(name) && Read(place, new FileInfo(Path.Combine(folder, name))) is { } file ? file : null;

    /// <summary>Deletes a file and what was noted of it.</summary>
    /// <param name="by">Who asked for it, for the audit log.</param>
    /// <exception cref="PortalException">There is no such file, or it cannot be deleted.</exception>
    public async Task DeleteAsync(Tenant tenant, string place, string name, string by, CancellationToken cancellationToken)
    {
        var file = Find(tenant, place, name) ?? throw CopiesText.Refusal("FileGone", "FileGoneHint", null, name);
        Delete(file);
        await audit.WriteAsync(tenant.Id, by, CopiesText.Of("AuditDeleted", name, place), cancellationToken);
    }

    /// <summary>Deletes exports that nobody has fetched for too long. Safe at any time.</summary>
    /// <returns>How many were deleted.</returns>
    public int DeleteExpired(Tenant tenant)
    {
        var expired = ListDownloads(tenant).Where(file => file.UntilUtc <= time.GetUtcNow()).ToList();
        expired.ForEach(Delete);
        return expired.Count;
    }

    private static void Delete(KeptFile file)
    {
        try
        {
            File.Delete(file.Path);
            File.Delete(file.Path + CopyNote.Suffix);
            DurableFile.SyncFolder(Path.GetDirectoryName(file.Path)!);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CopiesText.Refusal("NotDeleted", "NotDeletedHint", failure, file.Path, failure.Message);
        }
    }

    private IEnumerable<KeptFile> List(Tenant tenant, string place)
    {
        var folder = new DirectoryInfo(places.FolderOf(tenant, place)!);
        return folder.Exists ? folder.EnumerateFiles().Where(file => IsName(file.Name)).Select(file => Read(place, file)).OfType<KeptFile>() : [];
    }

    // A link could lead anywhere, and whoever may download copies may not read just anything.
    private KeptFile? Read(string place, FileInfo file)
    {
        if (!file.Exists || file.LinkTarget is not null)
            return null;
        var note = CopyNote.Find(file.FullName);
        var written = note?.WrittenUtc ?? file.LastWriteTimeUtc;
        return new KeptFile(place, file.Name, file.FullName, file.Length, written, note)
        {
            UntilUtc = place == CopyPlaces.Downloads ? written + options.Value.DownloadTime : null,
        };
    }

    private static bool IsName(string name) =>
        name.Length is > 0 and <= 255 && name[0] != '.' && name.IndexOfAny(['/', '\\', '\0']) < 0
        && _extensions.Contains(Path.GetExtension(name), StringComparer.OrdinalIgnoreCase);
}
