using System.CommandLine;
using BackupPortal.Core.Maintenance;

namespace BackupPortal.Cli;

/// <summary>Sends a message that tells of nothing, and says whether the receiver took it.</summary>
internal sealed class WebhookTestCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();

    public WebhookTestCommand()
        : base("test", "Sends a test message to a school's webhook, and says whether it was taken.") => Add(_slug);

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var delivery = session.Get<WebhookDelivery>();
        if (!delivery.Tells(tenant.Slug))
            throw new CommandException($"{tenant.Name} has no webhook.", "Set Webhooks__Maintenance__Url and Webhooks__Maintenance__Secret; see docs/webhooks.md");
        if (await delivery.TestAsync(tenant.Slug, cancellationToken) is { } problem)
            throw new CommandException($"The webhook of {tenant.Name} did not take the message: {problem}", "It has to answer with a status from 200 to 299, and not with a redirect.");
        session.Output.Write(new WebhookDocument(tenant.Slug.Value, true), static json => json.WebhookDocument, text => text.WriteLine($"The webhook of {tenant.Name} took the message."));
        return ExitCodes.Done;
    }
}
