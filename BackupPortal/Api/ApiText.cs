using System.Globalization;
using System.Resources;

namespace BackupPortal.Api;

/// <summary>This folder's texts, in the language that the caller asked for.</summary>
internal static class ApiText
{
    private static readonly ResourceManager Texts = new("BackupPortal.Api.ApiTexts", typeof(ApiText).Assembly);

    public static string Get(string key, params object?[] arguments) => string.Format(
        CultureInfo.CurrentCulture,
        Texts.GetString(key, CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException($"No text Api.{key}."),
        arguments);
}
