using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Restore;
using Microsoft.Extensions.Options;

namespace BackupPortal.Api;

/// <summary>When snapshots are made, and how long things are kept.</summary>
internal static class SettingsApi
{
    public static void MapSettings(this RouteGroupBuilder tenant)
    {
        var settings = tenant.MapGroup("").WithTags("Settings");
        settings.MapGet("/schedule", GetAsync).For(TenantRole.Admin, TokenRights.Read).Gives<ScheduleResource>("Tells when the nightly snapshot is made.");
        settings.MapPut("/schedule", PutAsync).For(TenantRole.Admin, TokenRights.Settings)
            .Gives<ScheduleResource>("Sets when the nightly snapshot is made. With `If-Match` only if nobody has changed it meanwhile.").ProducesProblem(StatusCodes.Status412PreconditionFailed);
        settings.MapGet("/retention", Retention).For(TenantRole.Admin, TokenRights.Read)
            .Gives<RetentionResource>("Tells how long the ways back from a restore are kept. No snapshot is given up by itself.");
    }

    private static async Task<IResult> GetAsync(CalledTenant called, ScheduleStore schedules, CancellationToken cancellationToken) =>
        Answer(called, await schedules.GetAsync(called.Id, cancellationToken));

    private static async Task<IResult> PutAsync(
        CalledTenant called, ScheduleToSet wanted, HttpContext context, ScheduleStore schedules, CancellationToken cancellationToken)
    {
        var before = await schedules.GetAsync(called.Id, cancellationToken);
        TaggedAnswer.RequireMatch(context, StateOf(before));
        var at = before.At;
        if (wanted.At is { } text && !TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out at))
            throw ApiRefusal.Invalid("at", "wrong_time");
        await schedules.SaveAsync(called.Id, wanted.IsOn, at, called.By, cancellationToken);
        return Answer(called, await schedules.GetAsync(called.Id, cancellationToken));
    }

    private static IResult Retention(CalledTenant called, IOptions<RestoreKeepOptions> options) =>
        Results.Ok(new RetentionResource(called.Slug, options.Value.UndoDays, options.Value.QuarantineDays));

    private static TaggedAnswer Answer(CalledTenant called, NightlySchedule schedule) => new(
        new ScheduleResource(schedule.IsOn, TextOf(schedule.At), called.Tenant.TimeZone.Id, schedule.NextRunUtc), StateOf(schedule));

    // The next run moves on by itself, which changes nothing that a caller could have meant.
    private static ScheduleToSet StateOf(NightlySchedule schedule) => new(schedule.IsOn, TextOf(schedule.At));

    private static string TextOf(TimeOnly at) => at.ToString("HH:mm", CultureInfo.InvariantCulture);
}

/// <param name="At">Hours and minutes in the tenant's time zone.</param>
/// <param name="NextRunUtc">Null when it is off.</param>
internal sealed record ScheduleResource(bool IsOn, string At, string TimeZone, DateTimeOffset? NextRunUtc);

/// <param name="At">Such as <c>02:00</c>, in the tenant's time zone; without one the time stays.</param>
internal sealed record ScheduleToSet(bool IsOn, string? At = null);

/// <param name="UndoDays">For so long a restore can be undone, and its safety snapshot is not given up.</param>
/// <param name="QuarantineDays">For so long raw files of damaged live data are kept after a restore.</param>
internal sealed record RetentionResource(string Tenant, int UndoDays, int QuarantineDays);
