using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Catalog;

/// <summary>When each tenant's nightly backup runs. Safe for concurrent use.</summary>
public sealed class ScheduleStore(
    IDbContextFactory<CatalogContext> contexts, TenantStore tenants, AuditLog audit, IOptions<NightlyOptions> options, TimeProvider time)
{
    /// <summary>What a new tenant begins with.</summary>
    public static readonly TimeOnly DefaultTime = new(2, 0);

    public async Task<NightlySchedule> GetAsync(TenantId tenant, CancellationToken cancellationToken)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Schedules.AsNoTracking().SingleOrDefaultAsync(row => row.TenantId == tenant.Value, cancellationToken);
        return row is null ? new NightlySchedule(false, DefaultTime, null) : new NightlySchedule(row.IsOn, row.At, row.NextRunUtc);
    }

    /// <summary>Saves, and computes the next run from now on.</summary>
    public async Task SaveAsync(TenantId tenant, bool isOn, TimeOnly at, string by, CancellationToken cancellationToken)
    {
        var zone = await ZoneOfAsync(tenant, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Schedules.SingleOrDefaultAsync(row => row.TenantId == tenant.Value, cancellationToken);
        if (row is null)
            context.Schedules.Add(row = new ScheduleRow { TenantId = tenant.Value });
        row.IsOn = isOn;
        row.At = at;
        row.NextRunUtc = isOn ? NextRun(tenant, at, zone) : null;
        context.Audit.Add(audit.Entry(tenant, by, isOn
            ? new Message("Catalog", "AuditScheduleOn", at.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture))
            : new Message("Catalog", "AuditScheduleOff")));
        await context.SaveChangesAsync(cancellationToken);
    }

    /// <summary>Tenants whose run is due, the longest waiting first.</summary>
    public async Task<IReadOnlyList<DueRun>> ListDueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        return await context.Schedules
            .Where(row => row.IsOn && row.NextRunUtc != null && row.NextRunUtc <= now)
            .OrderBy(row => row.NextRunUtc)
            .Select(row => new DueRun(new TenantId(row.TenantId), row.NextRunUtc!.Value))
            .ToListAsync(cancellationToken);
    }

    /// <summary>Moves a due run on to the next one from now on: what was missed meanwhile is not made up for one by one.</summary>
    /// <returns>False when somebody else has moved it on already.</returns>
    public async Task<bool> MoveOnAsync(DueRun due, CancellationToken cancellationToken)
    {
        var zone = await ZoneOfAsync(due.Tenant, cancellationToken);
        await using var context = await contexts.CreateDbContextAsync(cancellationToken);
        var row = await context.Schedules.AsNoTracking().SingleOrDefaultAsync(row => row.TenantId == due.Tenant.Value, cancellationToken);
        if (row is null)
            return false;
        var next = NextRun(due.Tenant, row.At, zone);
        return await context.Schedules
            .Where(one => one.TenantId == due.Tenant.Value && one.IsOn && one.NextRunUtc == due.DueUtc)
            .ExecuteUpdateAsync(set => set.SetProperty(one => one.NextRunUtc, next), cancellationToken) == 1;
    }

    /// <summary>The row of a new tenant.</summary>
    internal ScheduleRow Default(TenantId tenant, TimeZoneInfo zone) => Row(tenant, zone, isOn: true, DefaultTime);

    internal ScheduleRow Row(TenantId tenant, TimeZoneInfo zone, bool isOn, TimeOnly at) =>
        new() { TenantId = tenant.Value, IsOn = isOn, At = at, NextRunUtc = isOn ? NextRun(tenant, at, zone) : null };

    private DateTimeOffset NextRun(TenantId tenant, TimeOnly at, TimeZoneInfo zone) =>
        NightlyRun.Next(time.GetUtcNow(), at, zone, NightlyRun.OffsetOf(tenant, options.Value.SpreadWindow));

    private async Task<TimeZoneInfo> ZoneOfAsync(TenantId tenant, CancellationToken cancellationToken) =>
        (await tenants.FindAsync(tenant, cancellationToken))?.TimeZone
        ?? throw new PortalException(new Message("Catalog", "TenantUnknown"));
}

/// <param name="At">Wall-clock time in the school's time zone.</param>
/// <param name="NextRunUtc">Null when off.</param>
public sealed record NightlySchedule(bool IsOn, TimeOnly At, DateTimeOffset? NextRunUtc);

/// <summary>A nightly run whose time has come.</summary>
public sealed record DueRun(TenantId Tenant, DateTimeOffset DueUtc);
