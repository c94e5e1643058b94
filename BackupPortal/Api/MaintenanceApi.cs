using System.Security.Claims;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Maintenance;
using BackupPortal.MaintenanceMode;

namespace BackupPortal.Api;

/// <summary>Keeping ordinary users out by hand.</summary>
internal static class MaintenanceApi
{
    public static void MapMaintenance(this RouteGroupBuilder tenant)
    {
        var maintenance = tenant.MapGroup("/maintenance").WithTags("Maintenance");
        maintenance.MapGet("", Get).For(TenantRole.Admin, TokenRights.Read).Gives<MaintenanceResource>("Tells whether ordinary users are kept out, since when and why.");
        maintenance.MapPut("", EnterAsync).For(TenantRole.Admin, TokenRights.Maintenance).Gives<MaintenanceResource>("Keeps ordinary users out.");
        maintenance.MapDelete("", LeaveAsync).For(TenantRole.Admin, TokenRights.Maintenance)
            .WithSummary("Lets users in again, also when a restore keeps them out.").Produces(StatusCodes.Status204NoContent);
    }

    private static TaggedAnswer Get(CalledTenant called, MaintenanceGuard guard) => Answer(called, guard);

    private static async Task<IResult> EnterAsync(
        CalledTenant called, ClaimsPrincipal user, MaintenanceSwitch maintenance, MaintenanceGuard guard, CancellationToken cancellationToken)
    {
        await maintenance.EnterAsync(user, called.Tenant.Slug, cancellationToken);
        return Answer(called, guard);
    }

    private static async Task<IResult> LeaveAsync(CalledTenant called, ClaimsPrincipal user, MaintenanceSwitch maintenance, CancellationToken cancellationToken)
    {
        await maintenance.LeaveAsync(user, called.Tenant.Slug, cancellationToken);
        return Results.NoContent();
    }

    private static TaggedAnswer Answer(CalledTenant called, MaintenanceGuard guard)
    {
        var notice = guard.Find(called.Tenant.Slug);
        return new TaggedAnswer(new MaintenanceResource(notice is not null, notice?.SinceUtc, notice?.By, notice?.Operation?.ToString()));
    }
}

/// <param name="Operation">The restore that keeps users out; null when a person does.</param>
internal sealed record MaintenanceResource(bool IsOn, DateTimeOffset? SinceUtc, string? By, string? Operation);
