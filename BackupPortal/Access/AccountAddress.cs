using System.Diagnostics.CodeAnalysis;

namespace BackupPortal.Access;

/// <summary>Addresses of the pages around a person's account, and the way back from them.</summary>
internal static class AccountAddress
{
    public const string SignInPage = "/sign-in";

    public const string SignOut = "/sign-out";

    public const string Setup = "/setup";

    public const string Password = "/account/password";

    public const string Tokens = "/account/tokens";

    /// <summary>The sign-in page, coming back to where the request wanted to go.</summary>
    public static string SignIn(HttpRequest request)
    {
        var wanted = HttpMethods.IsGet(request.Method) ? $"{request.Path}{request.QueryString}" : "/";
        return wanted == "/" ? SignInPage : $"{SignInPage}?returnUrl={Uri.EscapeDataString(wanted)}";
    }

    /// <summary>The address when it is one of this portal, else the start page: nobody is sent elsewhere by a forged link.</summary>
    public static string LocalOrStart(string? address) => IsLocal(address) ? address : "/";

    // '//host' and '/\host' are other hosts to a browser, and so are addresses in which it drops a tab or a line break.
    private static bool IsLocal([NotNullWhen(true)] string? address) =>
        address is ['/', ..]
        && !(address is [_, '/' or '\\', ..])
        && !address.Any(char.IsControl);
}
