using System.Globalization;
using BackupPortal.Core.Export;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Copies;

/// <summary>Writes a snapshot to a file that is kept: as a local copy, or to be downloaded.</summary>
internal sealed class ExportOperation(
    SnapshotExport export, CopyPlaces places, KeptFiles kept, HeldPassphrases passphrases, TenantRepositories repositories, TimeProvider time) : IOperationHandler
{
    public OperationKind Kind => OperationKind.Export;

    public IReadOnlyList<OperationPhase> Phases { get; } =
        [OperationPhase.Check, OperationPhase.Unpack, OperationPhase.Write, OperationPhase.Verify, OperationPhase.Finish];

    public async Task<OperationOutcome> RunAsync(OperationContext context, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Check);
        var arguments = ExportArguments.FromJson(context.Arguments);
        var request = await RequestAsync(context, arguments, cancellationToken);
        kept.DeleteExpired(context.Tenant);
        var folder = places.Prepare(context.Tenant, arguments.Place);
        // The tenant's lease is held, so whatever lies there was left by a process that is gone.
        var unfinished = Path.Combine(folder, KeptFiles.Unfinished);
        Clear(unfinished);
        try
        {
            Directory.CreateDirectory(unfinished);
            var name = NameOf(context, request);
            var temporary = Path.Combine(unfinished, name);
            var result = await WriteAsync(context, request, temporary, cancellationToken);
            context.EnterPhase(OperationPhase.Finish);
            context.BeginCommit();
            return await KeepAsync(context, arguments, result, temporary, folder, name);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw CopiesText.Refusal("PlaceNotWritable", "PlaceNotWritableHint", failure, folder, failure.Message);
        }
        finally
        {
            Clear(unfinished);
        }
    }

    private async Task<ExportRequest> RequestAsync(OperationContext context, ExportArguments arguments, CancellationToken cancellationToken)
    {
        var snapshot = await repositories.Of(context.Tenant).ResolveAsync(arguments.Snapshot, cancellationToken);
        return new ExportRequest(snapshot, arguments.Format, passphrases.Take(arguments.Passphrase));
    }

    private async Task<ExportResult> WriteAsync(OperationContext context, ExportRequest request, string file, CancellationToken cancellationToken)
    {
        var current = OperationPhase.Check;
        var result = await export.ToFileAsync(
            context.Tenant, request, file, readsBack: true,
            (phase, done, total) =>
            {
                if (phase != current)
                    context.EnterPhase(current = phase);
                context.Report(done, total);
            },
            cancellationToken);
        foreach (var notice in result.Notices)
            context.Log(notice, LogSeverity.Warning);
        context.Log(CopiesText.Of("Written", Megabytes(new FileInfo(file).Length), result.Sha256!));
        return result;
    }

    // First what is known of it, then the file: whoever finds the file finds that it was verified.
    private async Task<OperationOutcome> KeepAsync(
        OperationContext context, ExportArguments arguments, ExportResult result, string temporary, string folder, string name)
    {
        var (record, size, now) = (result.Record, new FileInfo(temporary).Length, time.GetUtcNow());
        var note = new CopyNote(
            ExportFormats.NameOf(arguments.Format), record.Id.Value, record.Origin.ToString(), record.Note, record.CreatedUtc, now, context.RequestedBy, size,
            result.Sha256!, now, arguments.Passphrase is not null);
        for (var attempt = 1; ; attempt++)
        {
            var free = attempt == 1 ? name : WithNumber(name, attempt);
            var target = Path.Combine(folder, free);
            if (Path.Exists(target))
                continue;
            await note.WriteAsync(target);
            if (!ExclusiveRename.TryRun(temporary, target))
                continue;
            DurableFile.SyncFolder(folder);
            context.Log(CopiesText.Of("Kept", target));
            var summary = arguments.Place == CopyPlaces.Downloads ? CopiesText.Of("DoneDownload", free) : CopiesText.Of("DoneCopy", free);
            return new OperationOutcome(summary, record.Id, SizeBytes: size, Details: new ExportDetails(arguments.Place, free, result.Sha256!).ToJson());
        }
    }

    // The school's own time: that is what people look for.
    private static string NameOf(OperationContext context, ExportRequest request)
    {
        var id = request.Snapshot.Value;
        var at = DateTimeOffset.ParseExact(id[..id.IndexOf('-', StringComparison.Ordinal)], "yyyyMMdd't'HHmmss'z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var local = TimeZoneInfo.ConvertTime(at, context.Tenant.TimeZone);
        return string.Create(CultureInfo.InvariantCulture, $"{context.Tenant.Slug}-{local:yyyy-MM-dd-HHmm}-{id[^4..]}{request.Extension}");
    }

    private static string WithNumber(string name, int number)
    {
        var end = name.IndexOf('.', StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture, $"{name[..end]}-{number}{name[end..]}");
    }

    private static void Clear(string unfinished)
    {
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
    }

    private static string Megabytes(long bytes) => (bytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture);
}
