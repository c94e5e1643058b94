using System.CommandLine;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Verification;

namespace BackupPortal.Cli;

/// <summary>Checks backups, as far as asked. Needs no lease: a backup may run at the same time.</summary>
internal sealed class VerifyCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Argument<string?> _snapshot = new Argument<string?>("SNAPSHOT") { Description = Usage.SnapshotDescription, Arity = ArgumentArity.ZeroOrOne }.NoOptions();
    private readonly Option<bool> _all = new("--all") { Description = "All backups of the school." };

    private readonly Option<VerifyLevel> _level = new("--level")
    {
        Description = "How far: presence (is everything there?), decode (read back and check every byte; the default), or drill (restore on trial, check, delete again).",
        HelpName = "presence|decode|drill",
        DefaultValueFactory = _ => VerifyLevel.Decode,
    };

    public VerifyCommand()
        : base("verify", "Proves that backups are whole: reads back and checks everything that a restore needs.")
    {
        Add(_slug);
        Add(_snapshot);
        Add(_all);
        Add(_level);
        Validators.Add(result =>
        {
            if (result.Has(_all) == result.GetResult(_snapshot) is { Tokens.Count: > 0 })
                result.Refuse("Say which backup: either SNAPSHOT or --all.", "For example: verify SLUG latest");
        });
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var level = session.Parsed.GetValue(_level);
        using var progress = new ProgressLine(session.Errors);
        var results = await session.Get<SnapshotVerification>().RunAsync(
            tenant, session.Parsed.GetValue(_snapshot), level, (done, total) => progress.Show("Verifying", done, total), cancellationToken);
        progress.Clear();
        IReadOnlyList<VerifyDocument> documents = [.. results.Select(one => new VerifyDocument(one.Snapshot.Value, one.IsWhole, one.Problems, NameOf.Level(level), one.Notices))];
        session.Output.Write(documents, static json => json.IReadOnlyListVerifyDocument, text =>
        {
            foreach (var one in results)
            {
                text.WriteLine($"{one.Snapshot}  {(one.IsWhole ? WordOf(level) : "DAMAGED")}");
                foreach (var problem in one.Problems)
                    text.WriteLine($"  {problem}");
                foreach (var notice in one.Notices)
                    text.WriteLine($"  note: {notice}");
            }
        });
        if (results.All(one => one.IsWhole))
            return ExitCodes.Done;
        ErrorLines.Write(session.Errors, $"{results.Count(one => !one.IsWhole)} of {results.Count} backups are damaged.",
            "The others can be restored. Make a new backup now: it stores again what is missing.");
        return ExitCodes.Failed;
    }

    private static string WordOf(VerifyLevel level) => level switch
    {
        VerifyLevel.Presence => "complete",
        VerifyLevel.Decode => "whole",
        _ => "restored on trial",
    };
}
