using System.CommandLine;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Import;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;

namespace BackupPortal.Cli;

/// <summary>Makes a backup of a file that comes from outside; live data is left alone.</summary>
internal sealed class ImportCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Argument<string> _file = new Argument<string>("FILE") { Description = "A local copy (ZIP), a SQLite database, or SQL for SQLite, also gzipped." }.NoOptions();
    private readonly Option<string?> _note = new("--note") { Description = "Shown beside the backup. Default: the note of the backup that the copy was made from.", HelpName = "TEXT" };
    private readonly Option<string?> _from = new("--from-tenant") { Description = "Take a copy of another school, whose short name this is. Needs --confirm.", HelpName = "OTHER" };
    private readonly Option<string?> _confirm = new("--confirm") { Description = "With --from-tenant: the other school's short name once more.", HelpName = "OTHER" };
    private readonly Option<string?> _passphrase = new("--passphrase-file") { Description = "Where the passphrase of an encrypted copy is.", HelpName = "FILE" };

    public ImportCommand()
        : base("import", "Makes a backup of a file from outside. Live data is not touched.")
    {
        Add(_slug);
        Add(_file);
        Add(_note);
        Add(_from);
        Add(_confirm);
        Add(_passphrase);
        Validators.Add(result =>
        {
            if (result.WordOf(_from) != result.WordOf(_confirm))
                result.Refuse("--from-tenant and --confirm must name the same school.", "Name the school whose copy it is twice: --from-tenant OTHER --confirm OTHER.");
        });
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var passphrase = session.Parsed.GetValue(_passphrase);
        var arguments = new ImportArguments(
            File: Path.GetFullPath(session.Parsed.GetRequiredValue(_file)), Note: session.Parsed.GetValue(_note), ConfirmedTenant: session.Parsed.GetValue(_from),
            Passphrase: passphrase is null ? null : session.Get<HeldPassphrases>().Hold(PassphraseFile.Read(passphrase)));
        var done = await ForegroundOperation.RunAsync(session, tenant, OperationKind.Import, arguments.ToJson(), cancellationToken);
        var (outcome, took) = (done.Outcome!, ForegroundOperation.TimeTaken(done));
        var record = await session.Get<TenantRepositories>().Of(tenant).ReadRecordAsync(outcome.Snapshot!, cancellationToken);
        var document = new ImportDocument(
            done.Id.ToString(), record.Id.Value, NameOf.State(done.State), record.Note, record.SizeBytes, record.AddedBytes, (long)took.TotalMilliseconds, record.Notices);
        session.Output.Write(document, static json => json.ImportDocument, text =>
        {
            text.WriteLine($"Imported as backup {document.Snapshot} of {tenant.Name}.");
            text.WriteLine($"{HumanText.Size(document.SizeBytes)}, added {HumanText.Size(document.AddedBytes)}, in {HumanText.Duration(took)}.");
            foreach (var notice in document.Notices)
                text.WriteLine($"note: {notice}");
        });
        return ExitCodes.Done;
    }
}
