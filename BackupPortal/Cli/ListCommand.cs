using System.CommandLine;
using BackupPortal.Core.Catalog;

namespace BackupPortal.Cli;

internal sealed class ListCommand : PortalCommand
{
    private readonly Argument<string> _slug = Usage.Slug();

    public ListCommand()
        : base("list", "Lists a school's backups, newest first.") => Add(_slug);

    public override async Task<int> RunAsync(CommandSession session, CancellationToken cancellationToken)
    {
        var tenant = await session.TenantAsync(_slug, cancellationToken);
        var snapshots = await session.Get<SnapshotIndex>().ListAsync(tenant, cancellationToken);
        IReadOnlyList<SnapshotDocument> documents =
        [
            .. snapshots.Select(one =>
                new SnapshotDocument(one.Id.Value, one.CreatedUtc.UtcDateTime, NameOf.Origin(one.Origin), one.Note, one.SizeBytes, one.AddedBytes)),
        ];
        session.Output.Write(documents, static json => json.IReadOnlyListSnapshotDocument, text =>
        {
            if (snapshots.Count == 0)
                text.WriteLine($"{tenant.Name} has no backup yet. Make one with: backup {tenant.Slug}");
            else
                snapshots.Aggregate(new TextTable("Backup", "Time", "Origin", "Size", "Added", "Note").AlignRight(3, 4), (table, one) => table.Add(
                    one.Id.Value, HumanText.Time(one.CreatedUtc, tenant.TimeZone), NameOf.Origin(one.Origin), HumanText.Size(one.SizeBytes),
                    HumanText.Size(one.AddedBytes), (one.IsDamaged ? "DAMAGED " : "") + one.Note)).Write(text);
        });
        return ExitCodes.Done;
    }
}
