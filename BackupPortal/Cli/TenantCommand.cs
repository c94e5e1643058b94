using System.CommandLine;

namespace BackupPortal.Cli;

internal sealed class TenantCommand : Command
{
    public TenantCommand()
        : base("tenant", "Adds schools, and lists them.")
    {
        Add(new TenantAddCommand());
        Add(new TenantListCommand());
    }
}
