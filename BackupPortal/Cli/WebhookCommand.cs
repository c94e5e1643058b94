using System.CommandLine;

namespace BackupPortal.Cli;

internal sealed class WebhookCommand : Command
{
    public WebhookCommand()
        : base("webhook", "Tells a school's application of maintenance mode.") => Add(new WebhookTestCommand());
}
