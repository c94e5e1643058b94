using System.CommandLine;

namespace BackupPortal.Cli;

/// <summary>A command that works on a data root, beside a running portal or without one.</summary>
internal abstract class PortalCommand : Command
{
    protected PortalCommand(string name, string description)
        : base(name, description) =>
        SetAction((parsed, cancellationToken) => CommandBoundary.RunAsync(this, parsed, cancellationToken));

    public virtual Preparation Preparation => Preparation.Existing;

    /// <returns>The exit code.</returns>
    public abstract Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken);
}
