using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Core.Catalog;

/// <summary>Checks and adds tenants. Safe for concurrent use, also by several processes on one data root.</summary>
public sealed class TenantRegistration
{
    private readonly DataRoot _root;
    private readonly IDbContextFactory<CatalogContext> _contexts;
    private readonly TenantStore _tenants;
    private readonly ScheduleStore _schedules;
    private readonly AuditLog _audit;
    private readonly TenantPlaces _places;
    private readonly TimeProvider _time;

    public TenantRegistration(
        DataRoot root, IDbContextFactory<CatalogContext> contexts, TenantStore tenants, ScheduleStore schedules, AuditLog audit,
        Microsoft.Extensions.Options.IOptions<RegistrationOptions> options, TimeProvider time)
    {
        _root = root;
        _contexts = contexts;
        _tenants = tenants;
        _schedules = schedules;
        _audit = audit;
        _places = new TenantPlaces(root, options);
        _time = time;
    }

    /// <summary>Adds a tenant, creates its folders, and gives it the default schedule.</summary>
    /// <param name="trustPaths">True on the command line, where any path that the process may use is allowed. Otherwise paths must be under the data
    /// root or an allowed root once links and <c>..</c> are resolved.</param>
    /// <exception cref="InvalidTenantException">With every problem at once.</exception>
    public Task<Tenant> AddAsync(NewTenant request, bool trustPaths, string by, CancellationToken cancellationToken) =>
        AddAsync(request, trustPaths, by, arrival: null, cancellationToken);

    /// <param name="arrival">Live data that it comes with; null for none.</param>
    /// <inheritdoc cref="AddAsync(NewTenant, bool, string, CancellationToken)"/>
    internal async Task<Tenant> AddAsync(NewTenant request, bool trustPaths, string by, TenantArrival? arrival, CancellationToken cancellationToken)
    {
        // One at a time: two requests for one database must not both find it free.
        using var alone = await LockAsync(cancellationToken);
        var wanted = await FindProblemsAsync(request, trustPaths, arrives: arrival is not null, cancellationToken);
        arrival?.MoveIn(_root.HomeOf(wanted.Slug));
        await CreatePlacesAsync(wanted, cancellationToken);
        return await StoreAsync(wanted, by, arrival, cancellationToken);
    }

    /// <summary>Whether it could be added now with live data that comes from elsewhere.</summary>
    /// <exception cref="InvalidTenantException">With every problem at once.</exception>
    internal Task CheckArrivalAsync(NewTenant request, CancellationToken cancellationToken) =>
        FindProblemsAsync(request, trustPaths: false, arrives: true, cancellationToken);

    /// <summary>While it is held, nobody adds a tenant.</summary>
    internal Task<FileLock> LockAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_root.Tenants);
        return FileLock.TakeAsync(Path.Combine(_root.Path, "registration.lock"), _time, cancellationToken);
    }

    private async Task<CheckedTenant> FindProblemsAsync(NewTenant request, bool trustPaths, bool arrives, CancellationToken cancellationToken) =>
        await new TenantCheck(_root, _places, await _tenants.ListAsync(cancellationToken)).RunAsync(request, trustPaths, arrives, cancellationToken);

    // Without the row that follows, all of this is only an empty place that the next attempt takes over.
    private async Task CreatePlacesAsync(CheckedTenant wanted, CancellationToken cancellationToken)
    {
        var field = nameof(NewTenant.Slug);
        try
        {
            var home = _root.HomeOf(wanted.Slug);
            foreach (var folder in new[] { home.Path, home.Repository, home.Scratch, home.Restores })
                Directory.CreateDirectory(folder);
            field = nameof(NewTenant.FilesPath);
            Directory.CreateDirectory(wanted.FilesPath);
            field = nameof(NewTenant.DatabasePath);
            if (!File.Exists(wanted.DatabasePath))
                await DatabaseProbe.CreateAsync(wanted.DatabasePath, cancellationToken);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            throw new InvalidTenantException([(field, new Message("Catalog", "PlaceNotCreated", refused.Message))]);
        }
    }

    private async Task<Tenant> StoreAsync(CheckedTenant wanted, string by, TenantArrival? arrival, CancellationToken cancellationToken)
    {
        var id = arrival?.Id ?? TenantId.Create();
        var row = new TenantRow
        {
            Id = id.Value,
            Slug = wanted.Slug.Value,
            Name = wanted.Name,
            TimeZone = wanted.TimeZone.Id,
            DatabasePath = Portable(wanted.DatabasePath),
            FilesPath = Portable(wanted.FilesPath),
            CreatedUtc = _time.GetUtcNow(),
        };
        await using var context = await _contexts.CreateDbContextAsync(cancellationToken);
        context.Tenants.Add(row);
        if (arrival?.Admin is { } account)
            context.Memberships.Add(new MembershipRow { AccountId = account, TenantId = id.Value, Role = TenantRole.Admin });
        context.Schedules.Add(_schedules.Default(id, wanted.TimeZone));
        context.Audit.Add(_audit.Entry(id, by, new Message("Catalog", "AuditTenantAdded", wanted.Name, wanted.Slug.Value)));
        await context.SaveChangesAsync(cancellationToken);
        return _tenants.ToTenant(row);
    }

    private string Portable(string path)
    {
        var data = ResolvedPath.Of(_root.Path);
        return ResolvedPath.Of(path).IsWithin(data) ? Path.GetRelativePath(data.Value, path) : path;
    }
}
