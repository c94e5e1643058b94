using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Import;

/// <summary>Makes a snapshot of a file that came in from outside. Touches no live data. See docs/architecture.md.</summary>
internal sealed class ImportOperation(
    SnapshotTaker taker, ImportSource source, HeldPassphrases passphrases, IOptions<ImportOptions> options, TimeProvider time) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Import;

    public IReadOnlyList<OperationPhase> Phases { get; } =
    [
        OperationPhase.Check, OperationPhase.Unpack, OperationPhase.Verify, OperationPhase.Store, OperationPhase.Files, OperationPhase.Finish,
    ];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        var arguments = ImportArguments.FromJson(context.Arguments);
        try
        {
            var record = await ImportAsync(context, arguments, cancellationToken);
            Discard(context, arguments);
            return new OperationOutcome(ImportText.Of("Done"), record.Id, SizeBytes: record.SizeBytes, AddedBytes: record.AddedBytes);
        }
        catch (UnfitFileException)
        {
            // Nobody can do anything with it any more.
            Discard(context, arguments);
            throw;
        }
    }

    private async Task<SnapshotRecord> ImportAsync(OperationContext context, ImportArguments arguments, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Check);
        using var file = await source.OpenAsync(context.Tenant, arguments, cancellationToken);
        context.Log(ImportText.Of("Opened", ImportText.Shown(file.Name), ImportText.Megabytes(file.Length)));
        using var scratch = OwnedFolder.Create(context.Tenant, "import-");
        var copy = await Task.Run(() => Prepare(context, arguments, file, scratch.Path, cancellationToken), cancellationToken);
        foreach (var notice in copy.Notices)
            context.Log(notice, LogSeverity.Warning);

        await using var draft = await taker.BeginAsync(context.Tenant, cancellationToken);
        await StoreAsync(context, draft, copy, cancellationToken);
        context.EnterPhase(OperationPhase.Finish);
        await draft.StoreManifestAsync(cancellationToken);
        context.BeginCommit();
        var record = await draft.CommitAsync(SnapshotOrigin.Imported, arguments.Note ?? copy.Record?.Note, context.RequestedBy, copy.Notices);
        context.Log(ImportText.Of("Committed", record.Id.Value, ImportText.Megabytes(record.SizeBytes), ImportText.Megabytes(record.AddedBytes)));
        return record;
    }

    private UnpackedCopy Prepare(OperationContext context, ImportArguments arguments, IncomingFile file, string scratch, CancellationToken cancellationToken)
    {
        var limits = new WorkLimits(options.Value, time, file.Length, cancellationToken);
        var copy = new ImportPreparation(file, scratch, limits, passphrases.Take(arguments.Passphrase)).Run(
            record => RequireOwn(record, context.Tenant, arguments.ConfirmedTenant), context.EnterPhase, context.Report);
        return copy.Record is { } record ? copy with { Notices = [OriginOf(record), .. copy.Notices] } : copy;
    }

    private static async Task StoreAsync(OperationContext context, SnapshotDraft draft, UnpackedCopy copy, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Store);
        var journal = copy.IsWal ? "wal" : "delete";
        // Now, not when the copy was made: the newest backup is what others go by.
        var database = new DatabaseCopy(copy.DatabaseFile, draft.Now, journal, new FileInfo(copy.DatabaseFile).Length);
        await draft.StoreDatabaseAsync(database, context.Report, cancellationToken);
        if (copy.Record is { } record && draft.StoredDatabase is { } stored
            && (stored.RootHash != record.Database.RootHash || stored.PageCount != record.Database.PageCount))
        {
            throw ImportText.Unfit("OtherDatabase");
        }
        foreach (var table in draft.UncountedTables)
            context.Log(BackupText.Of("TableNotCounted", table), LogSeverity.Warning);
        context.EnterPhase(OperationPhase.Files);
        await draft.StoreForeignFilesAsync(copy.FilesFolder, context.Report, cancellationToken);
        foreach (var notice in BackupText.Of(draft.FileNotices))
            context.Log(notice, LogSeverity.Warning);
    }

    /// <exception cref="PortalException">It is another tenant's, and nobody has said that it may be.</exception>
    private static void RequireOwn(SnapshotRecord record, Tenant tenant, string? confirmed)
    {
        var (name, slug) = (ImportText.Shown(record.TenantName), ImportText.Shown(record.TenantSlug));
        if (confirmed is not null && confirmed != record.TenantSlug)
            throw ImportText.Refusal("OtherThanConfirmed", "OtherThanConfirmedHint", slug, confirmed);
        // A catalog that was made anew gives a school a new identifier; its short name stays.
        if (confirmed is null && record.Tenant != tenant.Id && record.TenantSlug != tenant.Slug.Value)
            throw ImportText.Refusal("ForeignTenant", "ForeignTenantHint", name, slug, tenant.Name);
    }

    private static Message OriginOf(SnapshotRecord record) => ImportText.Of(
        "FromCopy", record.Id.Value, ImportText.Shown(record.TenantName), ImportText.Shown(record.TenantSlug),
        record.CreatedUtc.UtcDateTime.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture), record.Origin.ToString().ToLowerInvariant());

    private static void Discard(OperationContext context, ImportArguments arguments)
    {
        if (arguments.Upload is { } upload)
            UploadStore.Delete(context.Tenant, upload);
    }
}
