using System.CommandLine;
using System.Globalization;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Cli;

internal sealed class ShowCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();
    private readonly Argument<string> _snapshot = Usage.Snapshot();

    public ShowCommand()
        : base("show", "Shows one backup: facts, row count of each table, files.")
    {
        Add(_slug);
        Add(_snapshot);
    }

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var repository = session.Get<TenantRepositories>().Of(tenant);
        var id = await repository.ResolveAsync(session.Parsed.GetRequiredValue(_snapshot), cancellationToken);
        var record = await repository.ReadRecordAsync(id, cancellationToken);
        var files = (await repository.OpenAsync(record, cancellationToken)).Files;
        session.Output.Write(DocumentOf(record, files), static json => json.RecordDocument, text => Write(text, tenant, record));
        return ExitCodes.Done;
    }

    private static RecordDocument DocumentOf(SnapshotRecord record, IReadOnlyList<FileEntry> files) => new(
        record.Id.Value, record.TenantSlug, record.CreatedUtc.UtcDateTime, record.CompletedUtc.UtcDateTime, NameOf.Origin(record.Origin), record.Note,
        record.CreatedBy, record.SizeBytes, record.AddedBytes, record.Format, DocumentOf(record.Database), record.Database.Tables,
        [.. files.Select(file => new FileDocument(file.Path, NameOf.Kind(file.Kind), file.SizeBytes, file.Sha256, file.LinkTarget))], record.Notices);

    private static DatabaseDocument DocumentOf(DatabaseFacts facts) => new(
        facts.PageSize, facts.PageCount, facts.SizeBytes, facts.RootHash, facts.UserVersion, facts.ApplicationId, facts.Encoding, facts.JournalMode, facts.SqliteVersion);

    private static void Write(TextWriter text, Tenant tenant, SnapshotRecord record)
    {
        text.WriteLine($"Backup    {record.Id}");
        text.WriteLine($"School    {record.TenantName} ({record.TenantSlug})");
        text.WriteLine($"Time      {HumanText.Time(record.CreatedUtc, tenant.TimeZone)}");
        text.WriteLine($"Origin    {NameOf.Origin(record.Origin)}, by {record.CreatedBy}");
        if (record.Note is { } note)
            text.WriteLine($"Note      {note}");
        text.WriteLine($"Size      {HumanText.Size(record.SizeBytes)}, added {HumanText.Size(record.AddedBytes)}");
        text.WriteLine($"Database  {HumanText.Size(record.Database.SizeBytes)}, schema version {record.Database.UserVersion}, {record.Database.JournalMode}");
        text.WriteLine($"Files     {record.Files.Count}, {HumanText.Size(record.Files.SizeBytes)}");
        foreach (var notice in record.Notices)
            text.WriteLine($"Notice    {notice}");
        text.WriteLine();
        record.Database.Tables.OrderBy(table => table.Key, StringComparer.Ordinal).Aggregate(new TextTable("Table", "Rows").AlignRight(1),
            (table, one) => table.Add(one.Key, one.Value.ToString(CultureInfo.InvariantCulture))).Write(text);
    }
}
