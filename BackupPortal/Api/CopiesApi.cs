using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Export;
using BackupPortal.Core.Operations;
using BackupPortal.Endpoints;

namespace BackupPortal.Api;

/// <summary>Snapshots as files: exports that wait to be downloaded, and local copies.</summary>
internal static class CopiesApi
{
    public static void MapCopies(this RouteGroupBuilder tenant)
    {
        tenant.MapPost("/exports", ExportAsync).WithTags("Exports and copies").For(TenantRole.Admin, TokenRights.Export)
            .Starts("Writes a snapshot to a file: to be downloaded, or as a local copy. The operation tells its name when it is done.");
        var copies = tenant.MapGroup("/copies").WithTags("Exports and copies");
        copies.MapGet("", ListAsync).For(TenantRole.Admin, TokenRights.Read).Gives<ApiPage<CopyResource>>("Lists local copies and exports, newest first.");
        copies.MapMethods("/{place}/{file}", [HttpMethods.Get], Download).For(TenantRole.Admin, TokenRights.Export)
            .Finds("Downloads a file. Knows ranges; the hash of the file is its entity tag.").Produces<Stream>(StatusCodes.Status200OK, "application/octet-stream").Produces(StatusCodes.Status206PartialContent);
        copies.MapDelete("/{place}/{file}", DeleteAsync).For(TenantRole.Admin, TokenRights.Manage).Finds("Deletes a file.").Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> ExportAsync(
        CalledTenant called, ExportToMake wanted, SnapshotIndex index, CopyPlaces places, HeldPassphrases passphrases, QueuedWork work, CancellationToken cancellationToken)
    {
        if (ExportFormats.Find(wanted.Format) is not { } format)
            throw ApiRefusal.Invalid("format", "wrong_format", string.Join(", ", ExportFormats.Names));
        if (wanted.Place != CopyPlaces.Downloads && !places.OfCopies.Contains(wanted.Place, StringComparer.OrdinalIgnoreCase))
            throw ApiRefusal.Invalid("place", "wrong_place", string.Join(", ", places.OfCopies.Prepend(CopyPlaces.Downloads)));
        if (wanted.Place != CopyPlaces.Downloads && format != ExportFormat.Zip)
            throw ApiRefusal.Invalid("format", "copies_are_zip");
        if (wanted.Passphrase is { } passphrase && (format != ExportFormat.Zip || passphrase.Length < ExportRequest.ShortestPassphrase))
            throw ApiRefusal.Invalid("passphrase", "wrong_passphrase", ExportRequest.ShortestPassphrase);
        var found = await index.RequireAsync(called, wanted.Snapshot, cancellationToken);
        var ticket = wanted.Passphrase is null ? null : passphrases.Hold(wanted.Passphrase);
        return await work.QueueAsync(called, OperationKind.Export, new ExportArguments(found.Id.Value, format, wanted.Place, ticket).ToJson(), cancellationToken);
    }

    private static async Task<IResult> ListAsync(
        CalledTenant called, HttpContext context, KeptFiles kept, CancellationToken cancellationToken, [ApiLimit] int limit = 50, string? cursor = null)
    {
        // A disk elsewhere may take its time.
        var files = await Task.Run(() => kept.ListCopies(called.Tenant).Concat(kept.ListDownloads(called.Tenant)).OrderByDescending(static file => file.WrittenUtc).ToList(), cancellationToken);
        return ApiCursor.PageOf(context, files, cursor, limit, CopyResource.From);
    }

    private static IResult Download(CalledTenant called, string place, string file, HttpContext context, KeptFiles kept) =>
        kept.Find(called.Tenant, place, file) is { } found ? CopyDownload.Send(context, found) : throw ApiRefusal.NotFound("copy_unknown");

    private static async Task<IResult> DeleteAsync(CalledTenant called, string place, string file, KeptFiles kept, CancellationToken cancellationToken)
    {
        if (kept.Find(called.Tenant, place, file) is null)
            throw ApiRefusal.NotFound("copy_unknown");
        await kept.DeleteAsync(called.Tenant, place, file, called.By, cancellationToken);
        return Results.NoContent();
    }
}

/// <param name="Format">sqlite3_db, sqlite3, postgres, zip or csv.</param>
/// <param name="Place">download, or the name of a place of local copies, which are always zip.</param>
/// <param name="Passphrase">Only for zip; at least 12 characters. It is kept nowhere.</param>
internal sealed record ExportToMake(string Snapshot, string Format = "zip", string Place = CopyPlaces.Downloads, string? Passphrase = null)
{
    // A record tells all its members, and this one must not come into a log.
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Snapshot} as {Format} to {Place}");
}

/// <param name="Place">download, or the name of a place of local copies.</param>
/// <param name="Sha256">Null for a file that somebody else put there.</param>
/// <param name="UntilUtc">When it is deleted by itself; null when never.</param>
internal sealed record CopyResource(
    string Place, string Name, long SizeBytes, DateTimeOffset WrittenUtc, DateTimeOffset? UntilUtc, string? Format, string? Snapshot, string? Sha256, bool IsEncrypted)
{
    public static CopyResource From(KeptFile file) => new(
        file.Place, file.Name, file.SizeBytes, file.WrittenUtc, file.UntilUtc, file.Note?.Format, file.Note?.Snapshot, file.Note?.Sha256, file.Note?.IsEncrypted ?? false);
}
