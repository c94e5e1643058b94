namespace BackupPortal.Cli;

/// <summary>A command gives up for a reason that only the command line knows; Core's reasons are <see cref="Core.Messages.PortalException"/>s.</summary>
internal sealed class CommandException(string what, string? hint) : Exception(what)
{
    public string? Hint { get; } = hint;
}
