using System.CommandLine;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Export;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Tenancy;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Cli;

/// <summary>Writes a backup in a format that other tools read. Needs no lease: a backup may run at the same time.</summary>
internal sealed class ExportCommand : PortalCommand
{
    private const string StandardOutput = "-";

    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Argument<string> _snapshot = Usage.Snapshot();
    private readonly Option<string> _format = new("--format") { Description = $"How: {string.Join(", ", ExportFormats.Names)}.", HelpName = "FORMAT", Required = true };
    private readonly Option<string> _output = new("--output") { Description = "Where to: a new file, or - for standard output.", HelpName = "FILE|-", Required = true };

    private readonly Option<string?> _passphrase = new("--passphrase-file")
    {
        Description = "With zip: encrypt it with the passphrase that is this file's first line.",
        HelpName = "FILE",
    };

    public ExportCommand()
        : base("export", "Writes a backup in a format that other tools read.")
    {
        Add(_slug);
        Add(_snapshot);
        Add(_format);
        Add(_output);
        Add(_passphrase);
        Validators.Add(result =>
        {
            if (result.WordOf(_format) is { } format && ExportFormats.Find(format) is null)
                result.Refuse($"There is no format '{format}'.", $"Give one of: {string.Join(", ", ExportFormats.Names)}");
            else if (result.GetResult(_passphrase) is not null && result.WordOf(_format) != ExportFormats.NameOf(ExportFormat.Zip))
                result.Refuse("--passphrase-file needs --format zip.", "Other formats are for tools that would not know how to open it.");
            else if (result.WordOf(_output) == StandardOutput && result.GetResult(CommonOptions.Json) is { Implicit: false })
                result.Refuse("--json does not go together with --output -.", "Standard output is the export itself. Write it to a file.");
        });
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var snapshot = await session.Get<TenantRepositories>().Of(tenant).ResolveAsync(session.Parsed.GetRequiredValue(_snapshot), cancellationToken);
        var format = ExportFormats.Find(session.Parsed.GetRequiredValue(_format))!.Value;
        var passphrase = session.Parsed.GetValue(_passphrase) is { } file ? PassphraseFile.Read(file) : null;
        var request = new ExportRequest(snapshot, format, passphrase);
        return session.Parsed.GetRequiredValue(_output) is var output && output == StandardOutput
            ? await WriteToPipeAsync(session, tenant, request, cancellationToken)
            : await WriteToFileAsync(session, tenant, request, Path.GetFullPath(output), cancellationToken);
    }

    private static async Task<int> WriteToFileAsync(CommandSession session, Tenant tenant, ExportRequest request, string file, CancellationToken cancellationToken)
    {
        await session.Get<OutsidePlaces>().RequireAsync(file, cancellationToken);
        if (!Directory.Exists(Path.GetDirectoryName(file)))
            throw new CommandException($"There is no folder {Path.GetDirectoryName(file)}.", "Make it first, or choose another place.");
        var begun = TimeProvider.System.GetTimestamp();
        using var progress = new ProgressLine(session.Errors);
        // The database itself was checked page by page while it was written, and has no packing of its own that could be wrong.
        var result = await session.Get<SnapshotExport>().ToFileAsync(
            tenant, request, file, readsBack: request.Format != ExportFormat.SqliteFile, (phase, done, total) => progress.Show(WordOf(phase), done, total), cancellationToken);
        progress.Clear();
        var took = TimeProvider.System.GetElapsedTime(begun);
        var document = new ExportDocument(
            request.Snapshot.Value, NameOf.State(OperationState.Succeeded), ExportFormats.NameOf(request.Format), file, new FileInfo(file).Length, (long)took.TotalMilliseconds,
            [.. result.Notices.Select(notice => notice.ToString())]);
        session.Output.Write(document, static json => json.ExportDocument, text =>
        {
            text.WriteLine($"Wrote {file} ({document.Format}, {HumanText.Size(document.SizeBytes)}, in {HumanText.Duration(took)}). Live data was not touched.");
            WriteNotices(text, result);
        });
        return ExitCodes.Done;
    }

    private static async Task<int> WriteToPipeAsync(CommandSession session, Tenant tenant, ExportRequest request, CancellationToken cancellationToken)
    {
        using var progress = new ProgressLine(session.Errors);
        ExportResult result;
        try
        {
            // The console's own stream says nothing when nobody reads any more.
            await using var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            result = await session.Get<SnapshotExport>().ToStreamAsync(
                tenant, request, output, (phase, done, total) => progress.Show(WordOf(phase), done, total), cancellationToken);
        }
        catch (IOException failure)
        {
            throw new CommandException($"The export was not taken: {failure.Message}", "Look why the program that reads it ended; what it got is not complete.");
        }
        progress.Clear();
        WriteNotices(session.Errors, result);
        return ExitCodes.Done;
    }

    private static void WriteNotices(TextWriter target, ExportResult result)
    {
        foreach (var notice in result.Notices)
            target.WriteLine($"note: {notice}");
    }

    private static string WordOf(OperationPhase phase) => phase switch
    {
        OperationPhase.Unpack => "Unpacking",
        OperationPhase.Verify => "Reading back",
        _ => "Writing",
    };
}
