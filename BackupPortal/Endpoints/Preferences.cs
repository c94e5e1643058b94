namespace BackupPortal.Endpoints;

/// <summary>What a browser remembers about how its user wants to see pages.</summary>
internal static class Preferences
{
    /// <summary>Cookie with <c>light</c> or <c>dark</c>; absent for what the system wishes.</summary>
    public const string ThemeCookie = "backupportal-theme";

    /// <returns><c>light</c>, <c>dark</c>, or null for what the system wishes.</returns>
    public static string? ThemeOf(HttpRequest request) => request.Cookies[ThemeCookie] is "light" or "dark" ? request.Cookies[ThemeCookie] : null;
}
