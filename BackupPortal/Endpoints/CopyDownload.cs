using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Export;
using BackupPortal.Core.Tenancy;
using Microsoft.Net.Http.Headers;

namespace BackupPortal.Endpoints;

/// <summary>Hands out exported files to whoever is signed in and may have them. A download that broke off goes on where it was: ranges, with the file's hash as its tag.</summary>
internal static class CopyDownload
{
    public static void MapCopyDownload(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapMethods("/t/{slug}/copies/{place}/{file}", [HttpMethods.Get, HttpMethods.Head], DownloadAsync)
            .WithMetadata(new RequireTenantRoleAttribute(TenantRole.Admin));

    /// <summary>The answer for a file that was found for somebody who may have it.</summary>
    public static IResult Send(HttpContext context, KeptFile file)
    {
        context.Response.Headers.CacheControl = "private, no-store";
        if (file.Note is { } note)
            context.Response.Headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(Convert.FromHexString(note.Sha256))}:";
        var tag = file.Note is { } known ? known.Sha256 : FormattableString.Invariant($"{file.SizeBytes:x}-{file.WrittenUtc.Ticks:x}");
        return TypedResults.PhysicalFile(
            file.Path, MediaTypeOf(file), file.Name, File.GetLastWriteTimeUtc(file.Path), new EntityTagHeaderValue($"\"{tag}\""), enableRangeProcessing: true);
    }

    private static async Task<IResult> DownloadAsync(
        string slug, string place, string file, HttpContext context, TenantAccess access, KeptFiles kept, CancellationToken cancellationToken)
    {
        var grant = await access.RequireAsync(context.User, TenantSlug.Parse(slug), TenantRole.Admin, cancellationToken);
        return kept.Find(grant.Tenant, place, file) is { } found ? Send(context, found) : TypedResults.NotFound();
    }

    private static string MediaTypeOf(KeptFile file) =>
        file.Note is { IsEncrypted: false } note && ExportFormats.Find(note.Format) is { } format ? ExportFormats.MediaTypeOf(format) : "application/octet-stream";
}
