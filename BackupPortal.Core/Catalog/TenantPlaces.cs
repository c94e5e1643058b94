using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Catalog;

/// <summary>Decides whether live data of a new tenant may be where somebody says it is.</summary>
internal sealed class TenantPlaces(DataRoot root, IOptions<RegistrationOptions> options)
{
    /// <summary>A folder can be in use by the portal, and a file too; neither may hold live data.</summary>
    private static readonly string[] PortalFolders = ["backups", "copies", "exports", "uploads", "scratch", "restores", "webhooks"];

    /// <summary>Null when the place is free and allowed. Does not look at what is there.</summary>
    public Message? FindProblem(ResolvedPath place, bool trusted)
    {
        var data = ResolvedPath.Of(root.Path);
        if (!trusted && !AllowedRoots().Any(place.IsWithin))
            return new Message("Catalog", "PathNotAllowed", place.Value);
        if (data.IsWithin(place))
            return new Message("Catalog", "PathContainsDataRoot", place.Value);
        return place.IsWithin(data) && !IsFreeInDataRoot(place) ? new Message("Catalog", "PathIsPortals", place.Value) : null;
    }

    /// <summary>Null when no other tenant's live data is there or in the way.</summary>
    public static Message? FindConflict(ResolvedPath place, bool isFolder, Tenant other)
    {
        var files = ResolvedPath.Of(other.FilesPath);
        var database = ResolvedPath.Of(other.DatabasePath);
        if (isFolder)
        {
            return place.Overlaps(files) || database.IsWithin(place)
                || SameFile(place, files)
                ? new Message("Catalog", "FilesUsedBy", place.Value, other.Slug.Value)
                : null;
        }
        if (place == database || SameFile(place, database))
            return new Message("Catalog", "DatabaseUsedBy", place.Value, other.Slug.Value);
        return place.IsWithin(files) ? new Message("Catalog", "DatabaseInFilesOf", place.Value, other.Slug.Value) : null;
    }

    public bool IsCatalog(ResolvedPath place)
    {
        var catalog = ResolvedPath.Of(root.CatalogFile);
        return place == catalog || SameFile(place, catalog);
    }

    private IEnumerable<ResolvedPath> AllowedRoots() =>
        options.Value.AllowedRoots.Append(root.Tenants).Select(ResolvedPath.Of);

    // <data root>/tenants/<tenant>/<anything but the portal's own folders>
    private bool IsFreeInDataRoot(ResolvedPath place)
    {
        var tenants = ResolvedPath.Of(root.Tenants);
        if (!place.IsWithin(tenants))
            return false;
        var parts = Path.GetRelativePath(tenants.Value, place.Value).Split(Path.DirectorySeparatorChar);
        return parts.Length >= 2 && !PortalFolders.Contains(parts[1], StringComparer.OrdinalIgnoreCase);
    }

    private static bool SameFile(ResolvedPath one, ResolvedPath other) =>
        FileIdentity.Find(one.Value) is { } identity && identity == FileIdentity.Find(other.Value);
}
