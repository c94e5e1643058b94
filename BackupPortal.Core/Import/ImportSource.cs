using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Import;

/// <summary>Finds the file that an import is asked for.</summary>
internal sealed class ImportSource(TenantStore tenants, KeptFiles kept, DataRoot root)
{
    /// <exception cref="Messages.PortalException">There is no such file, or it is one that must never be opened.</exception>
    public async Task<IncomingFile> OpenAsync(Tenant tenant, ImportArguments arguments, CancellationToken cancellationToken)
    {
        var path = PathOf(tenant, arguments);
        // Whoever names a file may name a live one, or one whose link leads there.
        var live = (await tenants.ListAsync(cancellationToken)).SelectMany(static one => LiveDatabaseFiles.Of(one.DatabasePath));
        var excluded = new ExcludedFiles([.. live, .. LiveDatabaseFiles.Of(root.CatalogFile)]);
        return IncomingFile.Open(Resolve(path), excluded);
    }

    private string PathOf(Tenant tenant, ImportArguments arguments) => arguments switch
    {
        { File: { } file, Upload: null, Copy: null } => file,
        { Upload: { } upload, File: null, Copy: null } => UploadStore.ContentOf(tenant, upload),
        { Copy: { } copy, File: null, Upload: null } => kept.Find(tenant, arguments.Place ?? CopyPlaces.Own, copy)?.Path
            ?? throw ImportText.Refusal("SourceMissing", "SourceMissingHint", ImportText.Shown(copy)),
        _ => throw new ArgumentException("An import has exactly one source.", nameof(arguments)),
    };

    private static string Resolve(string path)
    {
        try
        {
            return ResolvedPath.Of(path).Value;
        }
        catch (Exception none) when (none is IOException or ArgumentException)
        {
            throw ImportText.Refusal("SourceMissing", "SourceMissingHint", ImportText.Shown(path));
        }
    }
}
