using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Copies;

/// <summary>The places that exported files are kept in, by name.</summary>
public sealed class CopyPlaces(IOptions<CopyOptions> options)
{
    /// <summary>Exports that wait to be downloaded.</summary>
    public const string Downloads = "download";

    /// <summary>The tenant's own folder of local copies.</summary>
    public const string Own = "copies";

    /// <summary>Where local copies may be: the tenant's own folder first.</summary>
    public IReadOnlyList<string> OfCopies { get; } = [Own, .. options.Value.Folders.Select(static folder => folder.Name)];

    /// <summary>Where a tenant's files of that place are; not looked at. Null when there is no such place.</summary>
    public string? FolderOf(Tenant tenant, string place) => place switch
    {
        Downloads => tenant.Home.Exports,
        Own => tenant.Home.Copies,
        _ => Configured(place) is { } folder ? Path.Combine(folder.Path, tenant.Slug.Value) : null,
    };

    /// <summary>The same, there and ready to be written to.</summary>
    /// <exception cref="Messages.PortalException">There is no such place, or its disk is not there.</exception>
    internal string Prepare(Tenant tenant, string place)
    {
        if (FolderOf(tenant, place) is not { } folder)
            throw CopiesText.Refusal("PlaceUnknown", "PlaceUnknownHint", null, place);
        if (Configured(place) is { } configured && !IsThere(configured))
            throw CopiesText.Refusal("PlaceMissing", "PlaceMissingHint", null, place, configured.Path);
        try
        {
            // Whoever reads a copy reads all of a school's data.
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return folder;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CopiesText.Refusal("PlaceNotWritable", "PlaceNotWritableHint", failure, folder, failure.Message);
        }
    }

    private static bool IsThere(CopyFolder folder)
    {
        if (!Directory.Exists(folder.Path))
            return false;
        return !folder.MustBeMounted || FileIdentity.Find(folder.Path)?.Device != FileIdentity.Find(Path.Combine(folder.Path, ".."))?.Device;
    }

    private CopyFolder? Configured(string place) =>
        options.Value.Folders.FirstOrDefault(folder => string.Equals(folder.Name, place, StringComparison.OrdinalIgnoreCase));
}
