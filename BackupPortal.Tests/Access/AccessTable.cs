using System.Net;
using BackupPortal.Core.Catalog;

namespace BackupPortal.Tests.Access;

/// <summary>
/// Who may do what, written down once more, by hand: every route of the portal must be here, and nothing else. Who adds a page or an endpoint adds a row, and
/// thinks about it.
/// </summary>
internal static class AccessTable
{
    /// <summary>By method (<c>*</c> for all, as pages have) and route pattern.</summary>
    public static IReadOnlyDictionary<string, Expected> Routes { get; } = new Dictionary<string, Expected>
    {
        // Around the account
        ["* /sign-in"] = Expected.Anyone,
        ["* /setup"] = Expected.Gone,
        ["* /problem/{status:int}"] = Expected.Anyone,
        ["* /api"] = Expected.Anyone,
        ["* /account/password"] = Expected.SignedIn,
        ["* /account/tokens"] = Expected.SignedIn,
        ["POST /sign-out"] = Expected.SignedIn,
        ["GET /preferences/language/{language}"] = Expected.Anyone,
        ["GET /preferences/theme/{theme}"] = Expected.Anyone,

        // Files that come with the program, where it was not published
        ["* /{**path:file}"] = Expected.Anyone,

        // Of the whole host
        ["* /"] = Expected.SignedIn,
        ["* /host"] = Expected.Operator,
        ["* /healthz"] = Expected.Anyone,

        // Of a tenant
        ["* /t/{slug}"] = Expected.Member,
        ["* /t/{slug}/data"] = Expected.Member,
        ["* /t/{slug}/backups"] = Expected.Admin,
        ["* /t/{slug}/backups/{snapshot}"] = Expected.Admin,
        ["* /t/{slug}/backups/{snapshot}/bring-back"] = Expected.Admin,
        ["* /t/{slug}/backups/{snapshot}/compare"] = Expected.Admin,
        ["* /t/{slug}/restores"] = Expected.Admin,
        ["* /t/{slug}/operations"] = Expected.Admin,
        ["* /t/{slug}/operations/{operation}"] = Expected.Admin,
        ["* /t/{slug}/settings"] = Expected.Admin,
        ["* /t/{slug}/copies"] = Expected.Admin,
        ["* /t/{slug}/copies/{place}/{file}"] = Expected.Admin,
        ["POST /t/{slug}/uploads"] = Expected.Admin,
        ["HEAD /t/{slug}/uploads/{upload}"] = Expected.Admin,
        ["GET /t/{slug}/uploads/{upload}"] = Expected.Admin,
        ["PATCH /t/{slug}/uploads/{upload}"] = Expected.Admin,
        ["DELETE /t/{slug}/uploads/{upload}"] = Expected.Admin,
        ["POST /t/{slug}/uploads/{upload}/complete"] = Expected.Admin,
        ["GET /t/{slug}/status"] = Expected.Member,

        // For applications' proxies, told apart by where they ask from: see GateTests
        ["GET /gate/{slug}"] = Expected.Anyone,
        ["GET /gate/{slug}/waiting"] = Expected.Waiting,
        ["GET /gate/{slug}/status"] = Expected.Anyone,

        // Of the tenant plug-in
        ["GET /t/{slug}/settings/admin/backup"] = Expected.Admin,
        ["POST /t/{slug}/settings/admin/backup/settings"] = Expected.Admin,
        ["POST /t/{slug}/settings/admin/backup/create"] = Expected.Admin,
        ["POST /t/{slug}/settings/admin/backup/delete"] = Expected.Admin,

        // Live
        ["* /hubs/operations"] = Expected.SignedIn,
        ["* /hubs/operations/negotiate"] = Expected.SignedIn,
        ["* /_blazor"] = Expected.SignedIn,
        ["* /_blazor/negotiate"] = Expected.SignedIn,
        ["* /_blazor/disconnect"] = Expected.SignedIn,
        ["* /_blazor/initializers"] = Expected.SignedIn,
        ["GET /_framework/opaque-redirect"] = Expected.Anyone,
    };

    /// <summary>What programs can do, with the right that their token needs.</summary>
    public static IReadOnlyDictionary<string, (Expected Person, TokenRights Right)> ApiRoutes { get; } = new Dictionary<string, (Expected, TokenRights)>
    {
        ["GET /api/v1/openapi.json"] = (Expected.Anyone, TokenRights.None),
        ["GET /api/v1/tenants"] = (Expected.SignedIn, TokenRights.Read),
        ["POST /api/v1/tenants"] = (Expected.Operator, TokenRights.Host),
        ["GET /api/v1/tenants/{slug}"] = (Expected.Member, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/tables"] = (Expected.Member, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/tables/{name}/rows"] = (Expected.Member, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/snapshots"] = (Expected.Admin, TokenRights.Read),
        ["POST /api/v1/tenants/{slug}/snapshots"] = (Expected.Admin, TokenRights.Backup),
        ["GET /api/v1/tenants/{slug}/snapshots/{snapshot}"] = (Expected.Admin, TokenRights.Read),
        ["DELETE /api/v1/tenants/{slug}/snapshots/{snapshot}"] = (Expected.Admin, TokenRights.Manage),
        ["GET /api/v1/tenants/{slug}/snapshots/{snapshot}/tables"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/snapshots/{snapshot}/files"] = (Expected.Admin, TokenRights.Read),
        ["POST /api/v1/tenants/{slug}/snapshots/{snapshot}/tenants"] = (Expected.Operator, TokenRights.Host),
        ["POST /api/v1/tenants/{slug}/verifications"] = (Expected.Admin, TokenRights.Verify),
        ["GET /api/v1/tenants/{slug}/restores"] = (Expected.Admin, TokenRights.Read),
        ["POST /api/v1/tenants/{slug}/restores"] = (Expected.Admin, TokenRights.Restore),
        ["POST /api/v1/tenants/{slug}/restores/{operation}/undo"] = (Expected.Admin, TokenRights.Restore),
        ["POST /api/v1/tenants/{slug}/retrievals"] = (Expected.Admin, TokenRights.Restore),
        ["POST /api/v1/tenants/{slug}/comparisons"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/comparisons/{comparison}"] = (Expected.Admin, TokenRights.Read),
        ["DELETE /api/v1/tenants/{slug}/comparisons/{comparison}"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/comparisons/{comparison}/tables/{name}/rows"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/comparisons/{comparison}/files"] = (Expected.Admin, TokenRights.Read),
        ["POST /api/v1/tenants/{slug}/exports"] = (Expected.Admin, TokenRights.Export),
        ["GET /api/v1/tenants/{slug}/copies"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/copies/{place}/{file}"] = (Expected.Admin, TokenRights.Export),
        ["DELETE /api/v1/tenants/{slug}/copies/{place}/{file}"] = (Expected.Admin, TokenRights.Manage),
        ["GET /api/v1/tenants/{slug}/operations"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/operations/{operation}"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/operations/{operation}/log"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/operations/{operation}/events"] = (Expected.Admin, TokenRights.Read),
        ["POST /api/v1/tenants/{slug}/operations/{operation}/cancel"] = (Expected.Admin, TokenRights.Manage),
        ["POST /api/v1/tenants/{slug}/operations/{operation}/dismiss"] = (Expected.Admin, TokenRights.Manage),
        ["GET /api/v1/tenants/{slug}/schedule"] = (Expected.Admin, TokenRights.Read),
        ["PUT /api/v1/tenants/{slug}/schedule"] = (Expected.Admin, TokenRights.Settings),
        ["GET /api/v1/tenants/{slug}/retention"] = (Expected.Admin, TokenRights.Read),
        ["GET /api/v1/tenants/{slug}/maintenance"] = (Expected.Admin, TokenRights.Read),
        ["PUT /api/v1/tenants/{slug}/maintenance"] = (Expected.Admin, TokenRights.Maintenance),
        ["DELETE /api/v1/tenants/{slug}/maintenance"] = (Expected.Admin, TokenRights.Maintenance),
    };

    /// <summary>What people's forms and programs both use; the right that a program's token needs. They are in <see cref="Routes"/>, too.</summary>
    public static IReadOnlyDictionary<string, TokenRights> RoutesForBoth { get; } = new Dictionary<string, TokenRights>
    {
        ["POST /t/{slug}/settings/admin/backup/settings"] = TokenRights.Settings,
        ["POST /t/{slug}/settings/admin/backup/create"] = TokenRights.Backup,
        ["POST /t/{slug}/settings/admin/backup/delete"] = TokenRights.Manage,
    };

    /// <summary>Null for what programs have no business with.</summary>
    public static (Expected Person, TokenRights Right)? ForPrograms(string key) =>
        ApiRoutes.TryGetValue(key, out var row) ? row : RoutesForBoth.TryGetValue(key, out var right) ? (Routes[key], right) : null;

    /// <summary>Of the hub, by method name; the argument is the tenant's short name.</summary>
    public static IReadOnlyDictionary<string, Expected> HubMethods { get; } = new Dictionary<string, Expected>
    {
        ["Subscribe"] = Expected.Admin,
        // Only ends what this very connection asked for.
        ["Unsubscribe"] = Expected.SignedIn,
    };

    /// <summary>What the walk puts into a route.</summary>
    public static string ValueOf(string parameter) => parameter switch
    {
        "slug" => "north",
        "name" => "students",
        "place" => "copies",
        "file" => "students.zip",
        "language" => "en",
        "theme" => "light",
        "status" => "404",
        "path" => "no-such-file.txt",
        "snapshot" => "20260101t000000z-00000000",
        "operation" or "upload" => "00000000000000000000000000000001",
        _ => "x",
    };

    /// <summary>What a route must answer to somebody who may not; null for those who may.</summary>
    /// <param name="isPage">Browsers are led to sign-in; programs get 401.</param>
    public static HttpStatusCode? RefusalOf(Expected expected, Walker walker, bool isPage)
    {
        var signInFirst = isPage ? HttpStatusCode.Redirect : HttpStatusCode.Unauthorized;
        return (expected, walker) switch
        {
            (Expected.Gone, _) => HttpStatusCode.NotFound,
            (Expected.Waiting, _) => HttpStatusCode.ServiceUnavailable,
            (Expected.Anyone, _) => null,
            (_, Walker.Stranger) => signInFirst,
            (Expected.SignedIn, _) or (_, Walker.Operator) => null,
            (Expected.Operator, _) => HttpStatusCode.Forbidden,
            (_, Walker.AdminOfAnotherTenant or Walker.MemberOfAnotherTenant) => HttpStatusCode.NotFound,
            (Expected.Admin, Walker.Member) => HttpStatusCode.Forbidden,
            _ => null,
        };
    }
}
