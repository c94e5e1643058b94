using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Rebuilding;

/// <summary>Makes tenants of what repositories tell: the newest record counts. What cannot be so is told, and replaced by what a new tenant would get.</summary>
internal sealed class RestoredTenants(DataRoot root, RebuildRequest request, TimeProvider time)
{
    private const string DefaultTimeZone = "Europe/Berlin";
    private readonly List<Tenant> _made = [];
    private readonly TenantPlaces _places = new(root, Options.Create(new RegistrationOptions()));

    /// <summary>Null when nothing of it can be read.</summary>
    public Tenant? Make(SurveyedRepository found)
    {
        if (found.Records is not [var newest, ..])
            return null;
        var home = root.HomeOf(found.Slug);
        var details = found.Records.Select(record => record.Details).FirstOrDefault(one => one is not null);
        if (details is null)
            found.Notices.Add(RebuildText.Of("NoDetails"));
        if (newest.TenantSlug != found.Slug.Value)
            found.Notices.Add(RebuildText.Of("OtherSlug", newest.TenantSlug));
        var tenant = new Tenant(
            IdOf(found, newest), found.Slug, NameOf(newest, found.Slug), ZoneOf(details, found), PlaceOf(found, details, home, isFolder: false),
            PlaceOf(found, details, home, isFolder: true), home, found.Records.Min(record => record.CreatedUtc) is var first && first < time.GetUtcNow() ? first : time.GetUtcNow());
        if (!File.Exists(tenant.DatabasePath))
            found.Notices.Add(RebuildText.Of("DatabaseMissing", tenant.DatabasePath, found.Slug.Value));
        if (!Directory.Exists(tenant.FilesPath))
            found.Notices.Add(RebuildText.Of("FilesMissing", tenant.FilesPath, found.Slug.Value));
        _made.Add(tenant);
        return tenant;
    }

    // A folder that somebody copied is another tenant than the one it was copied from.
    private TenantId IdOf(SurveyedRepository found, SnapshotRecord newest)
    {
        if (newest.Tenant.Value == Guid.Empty)
            return TenantId.Create();
        if (_made.Find(other => other.Id == newest.Tenant) is not { } same)
            return newest.Tenant;
        found.Notices.Add(RebuildText.Of("SameTenant", same.Slug.Value));
        return TenantId.Create();
    }

    private static string NameOf(SnapshotRecord record, TenantSlug slug)
    {
        var name = new string([.. record.TenantName.Trim().Where(letter => !char.IsControl(letter)).Take(TenantCheck.LongestName)]);
        return name.Length == 0 ? slug.Value : name;
    }

    private static TimeZoneInfo ZoneOf(TenantDetails? details, SurveyedRepository found)
    {
        if (TimeZoneInfo.TryFindSystemTimeZoneById(details?.TimeZone ?? DefaultTimeZone, out var zone))
            return zone;
        found.Notices.Add(RebuildText.Of("TimeZoneUnknown", details!.TimeZone, DefaultTimeZone));
        return TimeZoneInfo.FindSystemTimeZoneById(DefaultTimeZone);
    }

    /// <exception cref="PortalException">No place is left that nobody else has.</exception>
    private string PlaceOf(SurveyedRepository found, TenantDetails? details, TenantHome home, bool isFolder)
    {
        if ((isFolder ? request.FilesFolders : request.Databases).TryGetValue(found.Slug, out var given))
            return FindProblem(given, isFolder) is { } taken ? throw new PortalException(taken, RebuildText.Of("SayWhere", found.Slug.Value)) : given;
        if ((isFolder ? details?.FilesPath : details?.DatabasePath) is { Length: > 0 } noted)
        {
            var place = Path.GetFullPath(noted.Replace("\0", "", StringComparison.Ordinal), root.Path);
            if (FindProblem(place, isFolder) is not { } problem)
                return place;
            found.Notices.Add(problem);
        }

        var byDefault = isFolder ? home.DefaultFiles : home.DefaultDatabase;
        return FindProblem(byDefault, isFolder) is { } inUse ? throw new PortalException(inUse, RebuildText.Of("SayWhere", found.Slug.Value)) : byDefault;
    }

    private Message? FindProblem(string path, bool isFolder)
    {
        try
        {
            var place = ResolvedPath.Of(path);
            return _places.FindProblem(place, trusted: true)
                ?? _made.Select(other => TenantPlaces.FindConflict(place, isFolder, other)).FirstOrDefault(conflict => conflict is not null);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            return RebuildText.Of("PlaceUnusable", path, unusable.Message);
        }
    }

    /// <summary>When its backups are made; what a new tenant begins with where nothing is noted.</summary>
    public static (bool IsOn, TimeOnly At) NightlyOf(SurveyedRepository found) =>
        found.Records.Select(record => record.Details).FirstOrDefault(one => one is not null) is { } details
        && TimeOnly.TryParseExact(details.NightlyAt, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var at)
            ? (details.NightlyIsOn, at)
            : (true, ScheduleStore.DefaultTime);
}
