using System.CommandLine;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Cli;

internal sealed class BackupCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Option<string?> _note = new("--note") { Description = "Why you make it; shown beside it.", HelpName = "TEXT" };

    public BackupCommand()
        : base("backup", "Makes a backup of a school.")
    {
        Add(_slug);
        Add(_note);
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var arguments = new BackupArguments(SnapshotOrigin.Manual, session.Parsed.GetValue(_note));
        var done = await ForegroundOperation.RunAsync(session, tenant, OperationKind.Backup, arguments.ToJson(), cancellationToken);
        var (outcome, took) = (done.Outcome!, ForegroundOperation.TimeTaken(done));
        var document = new BackupDocument(done.Id.ToString(), outcome.Snapshot!.Value, NameOf.State(done.State), outcome.SizeBytes ?? 0, outcome.AddedBytes ?? 0,
            (long)took.TotalMilliseconds);
        session.Output.Write(document, static json => json.BackupDocument, text =>
        {
            text.WriteLine($"Backup {document.Snapshot} of {tenant.Name} is complete.");
            text.WriteLine($"{HumanText.Size(document.SizeBytes)}, added {HumanText.Size(document.AddedBytes)}, in {HumanText.Duration(took)}.");
        });
        return ExitCodes.Done;
    }
}
