using System.CommandLine;
using BackupPortal.Core.Maintenance;

namespace BackupPortal.Cli;

internal sealed class MaintenanceCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Argument<string> _wish = new Argument<string>("on|off|status") { Description = "What to do." };

    public MaintenanceCommand()
        : base("maintenance", "Keeps a school's ordinary users out, lets them in again, or says how it is.")
    {
        _wish.AcceptOnlyFromAmong("on", "off", "status");
        Add(_slug);
        Add(_wish);
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var guard = session.Get<MaintenanceGuard>();
        switch (session.Parsed.GetRequiredValue(_wish))
        {
            case "on":
                await guard.EnterAsync(tenant.Slug, operation: null, session.RequestedBy, cancellationToken);
                break;
            case "off":
                await guard.LeaveAsync(tenant.Slug, cancellationToken);
                break;
        }

        var notice = guard.Find(tenant.Slug);
        var document = new MaintenanceDocument(tenant.Slug.Value, notice is not null, notice?.SinceUtc.UtcDateTime, notice?.By);
        session.Output.Write(document, static json => json.MaintenanceDocument, text => text.WriteLine(notice is null
            ? $"{tenant.Name} is open."
            : $"{tenant.Name} is in maintenance mode since {HumanText.Time(notice.SinceUtc, tenant.TimeZone)}, asked for by {notice.By}."));
        return ExitCodes.Done;
    }
}
