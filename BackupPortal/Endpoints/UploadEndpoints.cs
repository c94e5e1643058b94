using BackupPortal.Access;
using BackupPortal.Core.Catalog;

namespace BackupPortal.Endpoints;

/// <summary>
/// Where a tenant's admins send files to. Follows the core of the tus protocol 1.0 with its extensions for creation, checksums and termination (https://tus.io/protocols/resumable-upload).
/// </summary>
internal static class UploadEndpoints
{
    public static void MapUploads(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapGroup("/t/{slug}/uploads").AddEndpointFilter<OwnPagesOnly>().MapUploadRoutes();

    /// <summary>The same for another way in, which guards itself against foreign pages.</summary>
    public static void MapUploadRoutes(this IEndpointRouteBuilder uploads)
    {
        var admin = new RequireTenantRoleAttribute(TenantRole.Admin);
        uploads.MapPost("", UploadRequests.CreateAsync).WithMetadata(admin).DisableAntiforgery();
        uploads.MapMethods("/{upload}", [HttpMethods.Head], UploadRequests.StatusAsync).WithMetadata(admin);
        uploads.MapGet("/{upload}", UploadRequests.StatusAsync).WithMetadata(admin);
        uploads.MapPatch("/{upload}", UploadRequests.AppendAsync).WithMetadata(admin);
        uploads.MapPost("/{upload}/complete", UploadRequests.CompleteAsync).WithMetadata(admin).DisableAntiforgery();
        uploads.MapDelete("/{upload}", UploadRequests.DeleteAsync).WithMetadata(admin);
    }
}
