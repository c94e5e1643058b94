using System.CommandLine;

namespace BackupPortal.Cli;

internal sealed class KeyCommand : Command
{
    public KeyCommand()
        : base("key", "Makes and replaces the master key that backups are encrypted with.")
    {
        Add(new KeyCreateCommand());
        Add(new KeyStatusCommand());
        Add(new KeyRotateCommand());
    }
}
