using System.CommandLine;

namespace BackupPortal.Cli;

internal sealed class UserCommand : Command
{
    public UserCommand()
        : base("user", "Adds people who may sign in.") => Add(new UserAddCommand());
}
