using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Catalog;

/// <summary>Knows whether a place that somebody names for a copy is away from everything that is live, and from what the portal keeps.</summary>
public sealed class OutsidePlaces(TenantStore tenants, DataRoot root, IOptions<RegistrationOptions> options)
{
    private readonly TenantPlaces _places = new(root, options);

    /// <exception cref="PortalException">It is not: what is written there would be live, or the portal's own.</exception>
    public async Task RequireAsync(string path, CancellationToken cancellationToken)
    {
        // An empty files folder is a folder like any other to look at, and what is written there would be live.
        var place = ResolvedPath.Of(path);
        var all = await tenants.ListAsync(cancellationToken);
        if (_places.FindProblem(place, trusted: true) is not null || all.Any(one => IsLive(place, one)))
            throw new PortalException(new Message("Catalog", "PlaceInUse", place.Value), new Message("Catalog", "PlaceInUseHint"));
    }

    // Also a name that SQLite would take for the database's log.
    private static bool IsLive(ResolvedPath place, Tenant tenant) =>
        TenantPlaces.FindConflict(place, isFolder: true, tenant) is not null
        || LiveDatabaseFiles.Of(tenant.DatabasePath).Any(file => ResolvedPath.Of(file) == place);
}
