using BackupPortal.Access;
using Microsoft.AspNetCore.Localization;

namespace BackupPortal.Endpoints;

/// <summary>
/// Remembers language and theme in the browser and goes back to the page: plain links, since they change nothing on the server.
/// </summary>
internal static class PreferenceEndpoints
{
    public static void MapPreferences(this IEndpointRouteBuilder endpoints)
    {
        var preferences = endpoints.MapGroup("/preferences").AllowAnonymous().WithMetadata(new OpenBeforeSetupAttribute());
        preferences.MapGet("/language/{language}", SetLanguage);
        preferences.MapGet("/theme/{theme}", SetTheme);
    }

    private static IResult SetLanguage(string language, string? returnUrl, HttpContext context)
    {
        if (language is not ("de" or "en"))
            return Results.NotFound();
        Remember(context, CookieRequestCultureProvider.DefaultCookieName, CookieRequestCultureProvider.MakeCookieValue(new RequestCulture(language)));
        return Results.LocalRedirect(AccountAddress.LocalOrStart(returnUrl));
    }

    private static IResult SetTheme(string theme, string? returnUrl, HttpContext context)
    {
        if (theme is "light" or "dark")
            Remember(context, Preferences.ThemeCookie, theme);
        else if (theme == "system")
            context.Response.Cookies.Delete(Preferences.ThemeCookie);
        else
            return Results.NotFound();
        return Results.LocalRedirect(AccountAddress.LocalOrStart(returnUrl));
    }

    private static void Remember(HttpContext context, string name, string value) => context.Response.Cookies.Append(name, value, new CookieOptions
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = TimeSpan.FromDays(365),
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
    });
}
