using System.CommandLine;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;

namespace BackupPortal.Cli;

/// <summary>Takes the newest restore back. An undo is a restore too: undoing twice is back where it began.</summary>
internal sealed class UndoCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Option<bool> _yes = Usage.Yes();
    private readonly Option<int> _countdown = Usage.Countdown();
    private readonly Option<bool> _damaged = Usage.LiveIsDamaged();

    public UndoCommand()
        : base("undo", "Takes the last restore back: live data is again as it was right before it.")
    {
        Add(_slug);
        Add(_yes);
        Add(_countdown);
        Add(_damaged);
        Validators.Add(result =>
        {
            result.RefuseCountdown(_countdown);
            if (!result.Has(_yes))
                result.Refuse("An undo replaces live data, so it needs --yes.", "Add --yes. What is live now is kept, and another undo goes back to it.");
        });
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var restores = await session.Get<RestoreHistory>().ListAsync(tenant.Id, cancellationToken);
        var newest = restores.FirstOrDefault(restore => restore.CanUndo)
            ?? throw new CommandException($"{tenant.Name} has no restore that could be undone.", $"See its backups with: list {tenant.Slug}");
        var arguments = UndoArguments.ToJson(newest.Operation.Id, session.Parsed.GetValue(_countdown), session.Parsed.GetValue(_damaged));
        var done = await ForegroundOperation.RunAsync(session, tenant, OperationKind.Undo, arguments, cancellationToken);
        ForegroundOperation.WriteRestored(session, tenant, done);
        return ExitCodes.Done;
    }
}
