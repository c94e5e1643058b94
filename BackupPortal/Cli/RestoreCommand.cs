using System.CommandLine;
using System.CommandLine.Parsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

/// <summary>Puts a backup, or rows of it, back into live data, or writes it to a folder of its own.</summary>
internal sealed class RestoreCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Argument<string> _snapshot = Usage.Snapshot();
    private readonly Option<bool> _yes = Usage.Yes();
    private readonly Option<string?> _to = new("--to") { Description = "Write app.db and files/ there (a new or empty folder) and leave live data alone.", HelpName = "DIR" };
    private readonly Option<string?> _file = new("--file") { Description = "With --to: only this file or folder, as it is named below the files folder.", HelpName = "PATH" };
    private readonly Option<int> _countdown = Usage.Countdown();
    private readonly Option<bool> _damaged = Usage.LiveIsDamaged();
    private readonly Option<string?> _from = new("--from") { Description = "Restore a backup of another school, whose short name this is. Needs --confirm.", HelpName = "OTHER" };
    private readonly Option<string?> _confirm = new("--confirm") { Description = "With --from: the other school's short name once more.", HelpName = "OTHER" };
    private readonly Option<string?> _as = new("--as") { Description = "Make a new school of it, whose short name this is, and leave this one alone.", HelpName = "NEWSLUG" };
    private readonly Option<string?> _name = new("--name") { Description = "With --as: the new school's name. Default: this school's name and the backup's date.", HelpName = "NAME" };
    private readonly Option<bool> _newerSchema = new("--allow-newer-schema") { Description = "Go on although the backup's schema is newer than that of live data." };

    private readonly Option<string?> _tables = new("--tables") { Description = "Only rows of these tables (a,b,c), beside all that is live now.", HelpName = "LIST" };
    private readonly Option<string[]> _files = new("--files") { Description = "Only these files or folders, as they are named below the files folder, beside all that is live now; . for all.", HelpName = "PATH" };
    private readonly Option<string?> _where = new("--where") { Description = "With one table: only rows that meet this SQL condition.", HelpName = "CONDITION" };
    private readonly Option<bool> _missingOnly = new("--missing-only") { Description = "With --tables or --files: only what is missing now (the default)." };
    private readonly Option<bool> _replaceChanged = new("--replace-changed") { Description = "With --tables or --files: what has changed gets its old values or content, too." };
    private readonly Option<bool> _withDependents = new("--with-dependents") { Description = "With --tables: also missing rows of other tables that refer to what comes back." };
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "With --tables or --files: only tell what would come back." };

    public RestoreCommand()
        : base("restore", "Restores a backup. What is live now is kept, and undo goes back to it.")
    {
        Add(_slug);
        Add(_snapshot);
        Add(_yes);
        Add(_to);
        Add(_file);
        Add(_countdown);
        Add(_newerSchema);
        Add(_tables);
        Add(_files);
        Add(_where);
        Add(_missingOnly);
        Add(_replaceChanged);
        Add(_withDependents);
        Add(_dryRun);
        Add(_damaged);
        Add(_from);
        Add(_confirm);
        Add(_as);
        Add(_name);
        Validators.Add(CheckSelection);
        Validators.Add(result =>
        {
            var isToFolder = result.GetResult(_to) is not null;
            result.RefuseCountdown(_countdown);
            if (isToFolder && result.GetResult(_countdown) is { Implicit: false })
                result.Refuse("--countdown and --to do not go together.", "--to leaves live data alone, so nobody has to wait.");
            var isNew = result.GetResult(_as) is not null;
            if (isNew && (isToFolder || result.Has(_yes) || result.GetResult(_from) is not null))
                result.Refuse("--as goes with none of --to, --from and --yes.", "--as makes a new school, and leaves live data alone.");
            else if (!isNew && result.GetResult(_name) is not null)
                result.Refuse("--name needs --as.", "Add --as NEWSLUG to make a new school of the backup.");
            if (result.GetResult(_from) is not null && (isToFolder || result.GetResult(_tables) is not null))
                result.Refuse("--from goes with neither --to nor --tables.", "Name the other school as SLUG to write its backup to a folder.");
            if (isToFolder && result.Has(_yes))
                result.Refuse("--yes and --to do not go together.", "--yes replaces live data; --to writes to a folder and leaves live data alone.");
            if (!isToFolder && result.GetResult(_file) is not null)
                result.Refuse("--file needs --to.", "Add --to DIR: the file is written below it, and live data is left alone.");
            else if (result.WordOf(_from) != result.WordOf(_confirm))
                result.Refuse("--from and --confirm must name the same school.", "The backup of another school replaces all data of this one. Name that school twice: --from OTHER --confirm OTHER.");
            else if (!isToFolder && !isNew && !result.Has(_yes) && !result.Has(_dryRun))
                result.Refuse("A restore replaces live data, so it needs --yes.", "Add --yes, or --to DIR to write the backup to a folder instead, or --as NEWSLUG to make a new school of it. 'undo' takes a restore back.");
        });
    }

    private void CheckSelection(CommandResult result)
    {
        var isSelective = result.GetResult(_tables) is not null || result.GetResult(_files) is not null;
        if (!isSelective && (result.WordOf(_where) is not null || result.Has(_missingOnly) || result.Has(_replaceChanged) || result.Has(_withDependents) || result.Has(_dryRun)))
            result.Refuse("This option needs --tables or --files.", "Add --tables a,b or --files PATH to say what is to come back.");
        else if (isSelective && result.GetResult(_countdown) is { Implicit: false })
            result.Refuse("--countdown does not go together with --tables and --files.", "Bringing a part back is over in a moment, if users have to wait for it at all.");
        else if (isSelective && result.GetResult(_to) is not null)
            result.Refuse("--tables and --files do not go together with --to.", "--to writes to a folder (one file: --file); --tables and --files bring back into live data.");
        else if (result.Has(_missingOnly) && result.Has(_replaceChanged))
            result.Refuse("--missing-only and --replace-changed do not go together.", "Give one of them.");
        else if (result.WordOf(_where) is not null && Names(result.WordOf(_tables)).Count != 1)
            result.Refuse("--where needs exactly one table.", "Bring tables back one after the other, or without a condition.");
        else if (result.GetResult(_tables) is not null && Names(result.WordOf(_tables)).Count == 0)
            result.Refuse("--tables names no table.", "See which there are with: show SLUG SNAPSHOT");
    }

    private static List<string> Names(string? list) => [.. (list ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var from = session.Parsed.GetValue(_from);
        var snapshot = await session.Get<RestoreSource>().ResolveAsync(tenant, session.Parsed.GetRequiredValue(_snapshot), from, cancellationToken);
        if (session.Parsed.GetValue(_to) is { } target && session.Parsed.GetValue(_file) is { } path)
            return await WriteFilesAsync(session, tenant, snapshot, path, Path.GetFullPath(target), cancellationToken);
        if (session.Parsed.GetValue(_to) is { } folder)
            return await WriteToFolderAsync(session, tenant, snapshot, Path.GetFullPath(folder), cancellationToken);
        if (session.Parsed.GetValue(_tables) is not null || session.Parsed.GetValue(_files) is { Length: > 0 })
            return await BringBackAsync(session, tenant, SelectionOf(session, snapshot), cancellationToken);
        if (session.Parsed.GetValue(_as) is { } slug)
            return await MakeNewAsync(session, tenant, snapshot, slug, cancellationToken);
        var arguments = new RestoreArguments(
            snapshot.Value, session.Parsed.GetValue(_newerSchema), session.Parsed.GetValue(_countdown), session.Parsed.GetValue(_damaged), from).ToJson();
        var done = await ForegroundOperation.RunAsync(session, tenant, OperationKind.Restore, arguments, cancellationToken);
        ForegroundOperation.WriteRestored(session, tenant, done);
        return ExitCodes.Done;
    }

    private async Task<int> MakeNewAsync(CommandSession session, Tenant tenant, Core.Snapshots.SnapshotId snapshot, string slug, CancellationToken cancellationToken)
    {
        var name = session.Parsed.GetValue(_name) ?? $"{tenant.Name} ({snapshot.Value[..4]}-{snapshot.Value[4..6]}-{snapshot.Value[6..8]})";
        // All at once and before anything is queued.
        await session.Get<RestoreAsTenant>().CheckAsync(new NewTenant(slug, name, tenant.TimeZone.Id, null, null), cancellationToken);
        var arguments = new RestoreAsTenantArguments(snapshot.Value, slug, name).ToJson();
        var done = await ForegroundOperation.RunAsync(session, tenant, OperationKind.RestoreAsTenant, arguments, cancellationToken);
        var added = (await session.Get<TenantStore>().FindAsync(TenantSlug.Parse(slug), cancellationToken))!;
        session.Output.Write(TenantListCommand.DocumentOf(added), static json => json.TenantDocument, text =>
        {
            text.WriteLine(done.Outcome!.Summary);
            text.WriteLine($"Database: {added.DatabasePath}");
            text.WriteLine($"Files:    {added.FilesPath}");
        });
        return ExitCodes.Done;
    }

    private RetrievalArguments SelectionOf(CommandSession session, Core.Snapshots.SnapshotId snapshot) => new(
        snapshot.Value, Names(session.Parsed.GetValue(_tables)), session.Parsed.GetValue(_where), ReplaceChanged: session.Parsed.GetValue(_replaceChanged),
        WithDependents: session.Parsed.GetValue(_withDependents))
    {
        Files = [.. (session.Parsed.GetValue(_files) ?? []).Select(static path => path == "." ? "" : path)],
    };

    private async Task<int> BringBackAsync(CommandSession session, Tenant tenant, RetrievalArguments wanted, CancellationToken cancellationToken)
    {
        if (session.Parsed.GetValue(_dryRun))
        {
            using var progress = new ProgressLine(session.Errors);
            var plan = await session.Get<RetrievalPreview>().RunAsync(tenant, wanted, (read, total) => progress.Show("Comparing", read, total), cancellationToken);
            progress.Clear();
            RetrievalOutput.Write(session, wanted, plan, operation: null);
            return ExitCodes.Done;
        }
        var done = await ForegroundOperation.RunAsync(session, tenant, OperationKind.Retrieve, wanted.ToJson(), cancellationToken);
        RetrievalOutput.Write(session, wanted, RetrievalPlan.FromJson(done.Outcome!.Details!), done);
        return ExitCodes.Done;
    }

    private static async Task<int> WriteToFolderAsync(
        CommandSession session, Tenant tenant, Core.Snapshots.SnapshotId snapshot, string folder, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var progress = new ProgressLine(session.Errors);
        var record = await session.Get<RestoreToFolder>().RunAsync(
            tenant, snapshot, folder, (done, total) => progress.Show("Writing", done, total), cancellationToken);
        progress.Clear();
        var took = TimeProvider.System.GetElapsedTime(begun);
        var document = new RestoreToDocument(record.Id.Value, NameOf.State(OperationState.Succeeded), Path.Combine(folder, "app.db"), Path.Combine(folder, "files"),
            record.SizeBytes, (long)took.TotalMilliseconds);
        session.Output.Write(document, static json => json.RestoreToDocument, text =>
            text.WriteLine($"Wrote {record.Id} to {folder} ({HumanText.Size(record.SizeBytes)}, in {HumanText.Duration(took)}). Live data was not touched."));
        return ExitCodes.Done;
    }

    private static async Task<int> WriteFilesAsync(
        CommandSession session, Tenant tenant, Core.Snapshots.SnapshotId snapshot, string path, string folder, CancellationToken cancellationToken)
    {
        var begun = TimeProvider.System.GetTimestamp();
        using var progress = new ProgressLine(session.Errors);
        var (files, size) = await session.Get<RestoreToFolder>().RunFilesAsync(
            tenant, snapshot, path, folder, (done, total) => progress.Show("Writing", done, total), cancellationToken);
        progress.Clear();
        var took = TimeProvider.System.GetElapsedTime(begun);
        var target = Path.Combine(folder, "files", path.Trim('/'));
        var document = new RestoreToDocument(snapshot.Value, NameOf.State(OperationState.Succeeded), null, target, size, (long)took.TotalMilliseconds);
        session.Output.Write(document, static json => json.RestoreToDocument, text =>
            text.WriteLine($"Wrote {target} of {snapshot} ({files} {(files == 1 ? "file" : "files")}, {HumanText.Size(size)}, in {HumanText.Duration(took)}). Live data was not touched."));
        return ExitCodes.Done;
    }
}
