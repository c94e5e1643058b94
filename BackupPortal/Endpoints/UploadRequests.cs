using System.Globalization;
using System.Security.Claims;
using System.Text;
using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Import;
using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace BackupPortal.Endpoints;

/// <summary>Answers the requests of an upload. Each asks again who may, and speaks HTTP; what is done is done by <see cref="UploadStore"/>.</summary>
internal static class UploadRequests
{
    private const string Version = "1.0.0";
    private const int ChecksumMismatch = 460;

    // A school's line may falter; what has arrived is kept anyway, so that a stalled one need not be waited for long.
    private static readonly MinDataRate SlowestRate = new(bytesPerSecond: 100, gracePeriod: TimeSpan.FromSeconds(30));

    public static Task<IResult> CreateAsync(string slug, HttpContext context, TenantAccess access, UploadStore uploads, CancellationToken cancellationToken) =>
        AnswerAsync(context, async () =>
        {
            var grant = await RequireAsync(slug, context, access, cancellationToken);
            var facts = Metadata(context.Request.Headers["Upload-Metadata"].ToString());
            var size = long.TryParse(context.Request.Headers["Upload-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length) ? length : 0;
            var upload = await uploads.CreateAsync(grant.Tenant, new NewUpload(facts.GetValueOrDefault("filename", ""), size, facts.GetValueOrDefault("sha256")), NameOf(context));
            Tell(context, upload);
            return Results.Created($"{context.Request.Path}/{upload.Id}", upload);
        });

    public static Task<IResult> StatusAsync(string slug, string upload, HttpContext context, TenantAccess access, UploadStore uploads, CancellationToken cancellationToken) =>
        AnswerAsync(context, async () =>
        {
            var grant = await RequireAsync(slug, context, access, cancellationToken);
            if (uploads.Find(grant.Tenant, upload) is not { } found)
                return Results.NotFound();
            Tell(context, found);
            return Results.Ok(found);
        });

    public static Task<IResult> AppendAsync(string slug, string upload, HttpContext context, TenantAccess access, UploadStore uploads, CancellationToken cancellationToken) =>
        AnswerAsync(context, async () =>
        {
            var grant = await RequireAsync(slug, context, access, cancellationToken);
            // Before the body is touched: from then on the limits are fixed.
            if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } largest)
                largest.MaxRequestBodySize = null;
            if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } slowest)
                slowest.MinDataRate = SlowestRate;
            if (!long.TryParse(context.Request.Headers["Upload-Offset"], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                return Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "Upload-Offset is missing.");
            if (!TryReadChecksum(context.Request.Headers["Upload-Checksum"].ToString(), out var sha256))
                return Results.Problem(statusCode: StatusCodes.Status400BadRequest, title: "Upload-Checksum must be sha256 and its digest in Base64.");
            var now = await uploads.AppendAsync(grant.Tenant, upload, offset, context.Request.ContentLength, context.Request.Body, sha256, context.RequestAborted);
            Tell(context, now);
            return Results.NoContent();
        });

    /// <summary>Looks at the whole, and queues its import.</summary>
    public static Task<IResult> CompleteAsync(
        string slug, string upload, HttpContext context, TenantAccess access, UploadStore uploads, OperationQueue queue, HeldPassphrases passphrases, CancellationToken cancellationToken) =>
        AnswerAsync(context, async () =>
        {
            var grant = await RequireAsync(slug, context, access, cancellationToken);
            var wanted = context.Request.ContentLength is > 0 ? await context.Request.ReadFromJsonAsync<ImportWish>(cancellationToken) : null;
            if (wanted?.ConfirmedTenant is not null && !grant.IsOperator)
                throw new AccessDeniedException(AccessVerdict.Forbidden);
            var whole = await uploads.CompleteAsync(grant.Tenant, upload, cancellationToken);
            var ticket = wanted?.Passphrase is { Length: > 0 } passphrase ? passphrases.Hold(passphrase) : null;
            var arguments = new ImportArguments(Upload: whole.Id, Note: wanted?.Note, ConfirmedTenant: wanted?.ConfirmedTenant, Passphrase: ticket);
            var operation = await queue.EnqueueAsync(grant.Tenant.Id, OperationKind.Import, arguments.ToJson(), NameOf(context), cancellationToken);
            return Results.Accepted($"/t/{slug}/operations/{operation}", new ImportQueued(operation.ToString()));
        });

    public static Task<IResult> DeleteAsync(string slug, string upload, HttpContext context, TenantAccess access, UploadStore uploads, CancellationToken cancellationToken) =>
        AnswerAsync(context, async () =>
        {
            var grant = await RequireAsync(slug, context, access, cancellationToken);
            if (uploads.Find(grant.Tenant, upload) is null)
                return Results.NotFound();
            await uploads.GiveUpAsync(grant.Tenant, upload, cancellationToken);
            return Results.NoContent();
        });

    private static Task<TenantGrant> RequireAsync(string slug, HttpContext context, TenantAccess access, CancellationToken cancellationToken)
    {
        context.Response.Headers["Tus-Resumable"] = Version;
        context.Response.Headers.CacheControl = "no-store";
        return access.RequireAsync(context.User, TenantSlug.Parse(slug), TenantRole.Admin, cancellationToken);
    }

    private static async Task<IResult> AnswerAsync(HttpContext context, Func<Task<IResult>> work)
    {
        try
        {
            return await work();
        }
        catch (UploadException refused)
        {
            context.Response.Headers["Upload-Offset"] = refused.Offset.ToString(CultureInfo.InvariantCulture);
            return Results.Problem(
                statusCode: StatusOf(refused.Problem), title: refused.What.Format(CultureInfo.CurrentUICulture), detail: refused.Hint?.Format(CultureInfo.CurrentUICulture));
        }
        catch (Exception lost) when (lost is IOException or OperationCanceledException or Microsoft.AspNetCore.Http.BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout })
        {
            // The connection is gone, or another one goes on: what has arrived is kept, and nobody reads an answer.
            return Results.StatusCode(StatusCodes.Status408RequestTimeout);
        }
    }

    private static int StatusOf(UploadProblem problem) => problem switch
    {
        UploadProblem.NotFound => StatusCodes.Status404NotFound,
        UploadProblem.TooLarge => StatusCodes.Status413PayloadTooLarge,
        UploadProblem.TooMany => StatusCodes.Status429TooManyRequests,
        UploadProblem.NoRoom => StatusCodes.Status507InsufficientStorage,
        UploadProblem.WrongOffset or UploadProblem.Incomplete => StatusCodes.Status409Conflict,
        UploadProblem.PieceDamaged => ChecksumMismatch,
        UploadProblem.Damaged => StatusCodes.Status422UnprocessableEntity,
        _ => StatusCodes.Status400BadRequest,
    };

    private static void Tell(HttpContext context, Upload upload)
    {
        context.Response.Headers["Upload-Offset"] = upload.ReceivedBytes.ToString(CultureInfo.InvariantCulture);
        context.Response.Headers["Upload-Length"] = upload.SizeBytes.ToString(CultureInfo.InvariantCulture);
    }

    private static string NameOf(HttpContext context) => context.User.FindFirstValue(ClaimTypes.Name) ?? "";

    // Pairs of a key and a value in Base64, parted by commas.
    private static Dictionary<string, string> Metadata(string header)
    {
        var facts = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var pair in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(static pair => pair.Split(' ', 2)))
        {
            var value = new byte[pair[^1].Length];
            if (pair.Length == 2 && Convert.TryFromBase64String(pair[1], value, out var length))
                facts[pair[0]] = Encoding.UTF8.GetString(value, 0, length);
        }
        return facts;
    }

    private static bool TryReadChecksum(string header, out byte[]? sha256)
    {
        sha256 = null;
        if (header.Length == 0)
            return true;
        var digest = new byte[header.Length];
        if (!header.StartsWith("sha256 ", StringComparison.Ordinal) || !Convert.TryFromBase64String(header["sha256 ".Length..], digest, out var length) || length != 32)
            return false;
        sha256 = digest[..length];
        return true;
    }
}

/// <summary>What is to become of a complete upload.</summary>
/// <param name="ConfirmedTenant">Only from operators.</param>
internal sealed record ImportWish(string? Note = null, string? ConfirmedTenant = null, string? Passphrase = null);

internal sealed record ImportQueued(string Operation);
