using System.CommandLine;
using System.Text.Json;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Pruning;

namespace BackupPortal.Cli;

/// <summary>Gives up backups, and clears away what none of the others needs.</summary>
internal sealed class PruneCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Option<int?> _keep = new("--keep") { Description = "Give up all but the N newest backups.", HelpName = "N" };
    private readonly Option<string[]> _snapshots = new("--snapshot") { Description = "Give this backup up; may be said several times.", HelpName = "SNAPSHOT" };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Only say what would be done." };

    public PruneCommand()
        : base("prune", "Gives up old backups, and deletes what no backup has needed for a day.")
    {
        Add(_slug);
        Add(_keep);
        Add(_snapshots);
        Add(_dryRun);
        Validators.Add(result =>
        {
            if (result.GetResult(_keep) is not null && !(int.TryParse(result.WordOf(_keep), out var keep) && keep > 0))
                result.Refuse("--keep takes the number of backups that stay, at least 1.", "For example: prune SLUG --keep 30");
        });
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var arguments = new PruneArguments(session.Parsed.GetValue(_keep), session.Parsed.GetValue(_snapshots) ?? []);
        var isDry = session.Parsed.GetValue(_dryRun);
        if (isDry)
        {
            Write(session, null, await session.Get<SnapshotPruning>().PlanAsync(tenant, arguments, cancellationToken));
            return ExitCodes.Done;
        }
        var done = await ForegroundOperation.RunAsync(session, tenant, OperationKind.Prune, arguments.ToJson(), cancellationToken);
        Write(session, done, PrunePlan.FromJson(done.Outcome!.Details!));
        return ExitCodes.Done;
    }

    private static void Write(CommandSession session, OperationView? operation, PrunePlan plan)
    {
        var document = new PruneDocument(
            operation?.Id.ToString(), NameOf.State(operation?.State ?? OperationState.Succeeded), operation is null,
            [.. plan.GiveUp.Select(id => id.Value)],
            [.. plan.Held.Select(held => new HeldDocument(held.Snapshot.Value, JsonNamingPolicy.CamelCase.ConvertName(held.Why.ToString())))],
            plan.Kept, Amount(plan.Delete), Amount(plan.Wait), plan.NextUtc?.UtcDateTime,
            new RepackDocument(plan.Repack.Packs, plan.Repack.SizeBytes, plan.Repack.SavedBytes), plan.Unknown);
        session.Output.Write(document, static json => json.PruneDocument, text => WriteText(text, operation is null, plan));
    }

    private static PruneAmountDocument Amount(PruneAmount amount) => new(amount.Packs, amount.Documents, amount.SizeBytes);

    private static void WriteText(TextWriter text, bool isDry, PrunePlan plan)
    {
        var would = isDry ? "would be " : "";
        text.WriteLine($"{plan.GiveUp.Count} of {plan.GiveUp.Count + plan.Kept} backups {would}given up{(plan.GiveUp.Count == 0 ? "." : ":")}");
        foreach (var id in plan.GiveUp)
            text.WriteLine($"  {id}");
        foreach (var held in plan.Held)
            text.WriteLine(held.Text);
        if (plan.Repack.Packs > 0)
            text.WriteLine($"{plan.Repack.Packs} packs ({HumanText.Size(plan.Repack.SizeBytes)}) {would}written anew, which saves {HumanText.Size(plan.Repack.SavedBytes)}.");
        text.WriteLine($"{HumanText.Size(plan.Delete.SizeBytes)} {would}deleted: {plan.Delete.Packs} packs and {plan.Delete.Documents} other objects that no backup has needed for a day.");
        if (plan.NextUtc is { } next)
            text.WriteLine($"{HumanText.Size(plan.Wait.SizeBytes)} no longer needed; a prune after {next:yyyy-MM-dd HH:mm} UTC deletes the first of it.");
        foreach (var key in plan.Unknown)
            text.WriteLine($"{key} is no object of this repository; left alone.");
        if (isDry)
            text.WriteLine("This was a dry run: nothing was changed.");
    }
}
