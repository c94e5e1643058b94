using System.CommandLine;

namespace BackupPortal.Cli;

internal sealed class RepositoryCommand : Command
{
    public RepositoryCommand()
        : base("repository", "Works on the places where backups are kept.") => Add(new RebuildCatalogCommand());
}
