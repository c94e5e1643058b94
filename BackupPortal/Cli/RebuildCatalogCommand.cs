using System.CommandLine;
using System.Globalization;
using BackupPortal.Core.Rebuilding;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

/// <summary>Makes the catalog (portal.db) anew from the backups alone, when it is lost or damaged.</summary>
internal sealed class RebuildCatalogCommand : PortalCommand
{
    private readonly Option<bool> _replace = new("--replace") { Description = "Put the catalog that is there aside, under a new name. It is never deleted." };
    private readonly Option<string[]> _databases = Places("--database", "Where a school's live database is, if not where its backups say.", "SLUG=FILE");
    private readonly Option<string[]> _files = Places("--files", "Where a school's files folder is, if not where its backups say.", "SLUG=DIR");

    public RebuildCatalogCommand()
        : base("rebuild-catalog", "Makes the catalog anew from the backups alone: schools, backups, notes, schedules, what can be undone. The portal must not run.")
    {
        Add(_replace);
        Add(_databases);
        Add(_files);
        Validators.Add(result =>
        {
            foreach (var option in new[] { _databases, _files })
                if (result.GetResult(option)?.Tokens.FirstOrDefault(token => Parse(token.Value) is null) is { } wrong)
                    result.Refuse($"'{wrong.Value}' does not say which school and where.", $"For example: {option.Name} goethe=/srv/goethe/{(option == _files ? "files" : "app.db")}");
        });
    }

    public override Preparation Preparation => Preparation.Own;

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var parsed = session.Parsed;
        var request = new RebuildRequest(parsed.GetValue(_replace), PlacesOf(parsed.GetValue(_databases)), PlacesOf(parsed.GetValue(_files)), session.RequestedBy);
        var result = await session.Get<CatalogRebuild>().RunAsync(request, cancellationToken);
        session.Output.Write(DocumentOf(result), static json => json.RebuildDocument, text => Tell(result, text));
        if (result.IsWhole)
            return ExitCodes.Done;
        ErrorLines.Write(session.Errors, "Not everything that is there could be read.", "The rest is in the new catalog. What is missing, and why, is said above; run this again with --replace when it can be read.");
        return ExitCodes.Failed;
    }

    private static void Tell(RebuildResult result, TextWriter text)
    {
        foreach (var one in result.Tenants)
        {
            text.WriteLine(one.Tenant is { } tenant
                ? string.Create(CultureInfo.InvariantCulture, $"{one.Slug}  {tenant.Name}: {one.Snapshots} backups, {one.Undoable} restores known by their safety copy")
                : $"{one.Slug}  left out");
            if (one.Tenant is { } added)
                text.WriteLine($"    live data: {added.DatabasePath}, {added.FilesPath}; time zone {added.TimeZone.Id}");
            foreach (var unreadable in one.UnreadableSnapshots)
                text.WriteLine($"    cannot be read: {unreadable}");
            foreach (var notice in one.Notices)
                text.WriteLine($"    {notice}");
        }

        if (result.PutAside is { } aside)
            text.WriteLine($"What was there before is kept as {aside}");
        text.WriteLine("Accounts are not in backups: the portal's next start prints a set-up code for the first operator, who adds the others.");
    }

    private static RebuildDocument DocumentOf(RebuildResult result) => new(result.IsWhole, result.PutAside, [.. result.Tenants.Select(one => new RebuiltDocument(
        one.Slug.Value, one.IsAdded, one.Tenant?.Name, one.Snapshots, one.Undoable, one.Tenant?.DatabasePath, one.Tenant?.FilesPath, one.UnreadableSnapshots,
        [.. one.Notices.Select(notice => notice.ToString())]))]);

    private static Dictionary<TenantSlug, string> PlacesOf(string[]? given) =>
        (given ?? []).Select(text => Parse(text)!.Value).GroupBy(one => one.Slug).ToDictionary(one => one.Key, one => one.Last().Path);

    private static (TenantSlug Slug, string Path)? Parse(string text) =>
        text.Split('=', 2) is [var slug, { Length: > 0 } path] && TenantSlug.TryParse(slug, out var parsed) ? (parsed, Path.GetFullPath(path)) : null;

    private static Option<string[]> Places(string name, string description, string helpName) => new(name) { Description = description, HelpName = helpName };
}
