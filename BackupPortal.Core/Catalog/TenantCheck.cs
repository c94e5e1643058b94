using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>Checks what a person gave to add a tenant, and collects everything that is wrong with it. Creates nothing.</summary>
internal sealed class TenantCheck(DataRoot root, TenantPlaces places, IReadOnlyList<Tenant> others)
{
    public const int LongestName = 100;
    private const string DefaultTimeZone = "Europe/Berlin";

    private static readonly HashSet<string> ReservedSlugs =
    [
        "account", "accounts", "admin", "api", "app", "assets", "auth", "backup", "backups", "error", "gate", "health", "host", "hub", "hubs",
        "login", "logout", "maintenance", "metrics", "portal", "settings", "setup", "sign-in", "sign-out", "static", "system", "tenant", "tenants",
        "waiting",
    ];

    private readonly List<(string Field, Message Problem)> _problems = [];

    /// <param name="arrives">Its live data comes from elsewhere, so nothing may be in its folder yet. Otherwise what is there becomes the tenant's.</param>
    /// <exception cref="InvalidTenantException">With every problem at once.</exception>
    public async Task<CheckedTenant> RunAsync(NewTenant request, bool trustPaths, bool arrives, CancellationToken cancellationToken)
    {
        var slug = CheckSlug(request.Slug);
        if (arrives && slug is not null && others.All(other => other.Slug != slug))
            CheckHome(slug);
        var name = CheckName(request.Name);
        var zone = CheckTimeZone(request.TimeZone);
        var home = slug is null ? null : root.HomeOf(slug);
        var database = await CheckDatabaseAsync(request.DatabasePath, home?.DefaultDatabase, trustPaths, cancellationToken);
        var files = CheckFiles(request.FilesPath, home?.DefaultFiles, trustPaths);
        if (database is not null && files is not null && database.IsWithin(files))
            Add(nameof(NewTenant.DatabasePath), "DatabaseInOwnFiles", database.Value);
        return _problems.Count == 0
            ? new CheckedTenant(slug!, name, zone!, database!.Value, files!.Value)
            : throw new InvalidTenantException(_problems);
    }

    private TenantSlug? CheckSlug(string text)
    {
        if (!TenantSlug.TryParse(text, out var slug))
            Add(nameof(NewTenant.Slug), "SlugInvalid", text ?? "");
        else if (ReservedSlugs.Contains(slug.Value))
            Add(nameof(NewTenant.Slug), "SlugReserved", slug.Value);
        else if (others.Any(other => other.Slug == slug))
            Add(nameof(NewTenant.Slug), "SlugTaken", slug.Value);
        return slug;
    }

    private void CheckHome(TenantSlug slug)
    {
        const string Field = nameof(NewTenant.Slug);
        var home = root.HomeOf(slug);
        try
        {
            if (!home.IsEmpty())
                Add(Field, "HomeTaken", home.Path, slug.Value);
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException)
        {
            Add(Field, "PathUnusable", home.Path, unusable.Message);
        }
    }

    private string CheckName(string? text)
    {
        var name = text?.Trim() ?? "";
        if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
            Add(nameof(NewTenant.Name), "NameInvalid");
        return name;
    }

    private TimeZoneInfo? CheckTimeZone(string? text)
    {
        var id = string.IsNullOrWhiteSpace(text) ? DefaultTimeZone : text.Trim();
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
            Add(nameof(NewTenant.TimeZone), "TimeZoneUnknown", id);
        return zone;
    }

    private async Task<ResolvedPath?> CheckDatabaseAsync(string? given, string? byDefault, bool trusted, CancellationToken cancellationToken)
    {
        const string Field = nameof(NewTenant.DatabasePath);
        if (CheckPlace(Field, given, byDefault, isFolder: false, trusted) is not { } place)
            return null;
        var isDefault = string.IsNullOrWhiteSpace(given);
        if (places.IsCatalog(place))
            Add(Field, "DatabaseIsCatalog");
        else if (Directory.Exists(place.Value))
            Add(Field, "DatabaseIsFolder", place.Value);
        else if (!File.Exists(place.Value))
        {
            if (!isDefault)
                Add(Field, "DatabaseMissing", place.Value);
        }
        else if (FileIdentity.Find(place.Value) is { IsRegular: false })
            Add(Field, "DatabaseIsNone", place.Value);
        else if (await DatabaseProbe.FindProblemAsync(place.Value, cancellationToken) is { } problem)
            _problems.Add((Field, problem));
        return place;
    }

    private ResolvedPath? CheckFiles(string? given, string? byDefault, bool trusted)
    {
        const string Field = nameof(NewTenant.FilesPath);
        if (CheckPlace(Field, given, byDefault, isFolder: true, trusted) is not { } place)
            return null;
        if (File.Exists(place.Value))
            Add(Field, "FilesIsFile", place.Value);
        else if (!Directory.Exists(place.Value))
        {
            if (!string.IsNullOrWhiteSpace(given))
                Add(Field, "FilesMissing", place.Value);
        }
        else if (!CanList(place.Value))
            Add(Field, "FilesNotReadable", place.Value);
        return place;
    }

    /// <summary>The resolved place, or null when it was refused (then nothing that is there may be looked at) or is unknown for want of a slug.</summary>
    private ResolvedPath? CheckPlace(string field, string? given, string? byDefault, bool isFolder, bool trusted)
    {
        var isDefault = string.IsNullOrWhiteSpace(given);
        var path = isDefault ? byDefault : given;
        if (path is null)
            return null;
        try
        {
            var place = ResolvedPath.Of(path);
            var problem = places.FindProblem(place, trusted)
                ?? others.Select(other => TenantPlaces.FindConflict(place, isFolder, other)).FirstOrDefault(conflict => conflict is not null);
            if (problem is null)
                return place;
            // The catalog gets its own, clearer words.
            _problems.Add((field, !isFolder && places.IsCatalog(place) ? new Message("Catalog", "DatabaseIsCatalog") : problem));
        }
        catch (Exception unusable) when (unusable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Add(field, "PathUnusable", path.Replace("\0", "", StringComparison.Ordinal), unusable.Message);
        }
        return null;
    }

    private static bool CanList(string folder)
    {
        try
        {
            using var entries = Directory.EnumerateFileSystemEntries(folder).GetEnumerator();
            entries.MoveNext();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Add(string field, string key, params string[] arguments) => _problems.Add((field, new Message("Catalog", key, arguments)));
}

/// <summary>A tenant that may be added: paths are resolved.</summary>
internal sealed record CheckedTenant(TenantSlug Slug, string Name, TimeZoneInfo TimeZone, string DatabasePath, string FilesPath);
