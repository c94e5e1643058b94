using BackupPortal.Access;
using BackupPortal.Core.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Mvc;

namespace BackupPortal.Endpoints;

/// <summary>Signs out. Only by a form of this portal: it needs the form's antiforgery token.</summary>
internal static class SignOutEndpoint
{
    public static void MapSignOut(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapPost(AccountAddress.SignOut, SignOutAsync).WithMetadata(new RequireSignInAttribute());

    // The form parameter is what makes the framework check the antiforgery token.
    private static async Task<IResult> SignOutAsync([FromForm] string? returnUrl, SignInManager<Account> signIn)
    {
        await signIn.SignOutAsync();
        return Results.LocalRedirect(returnUrl is null ? AccountAddress.SignInPage : AccountAddress.LocalOrStart(returnUrl));
    }
}
