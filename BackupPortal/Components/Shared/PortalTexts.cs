using System.Globalization;
using System.Resources;

namespace BackupPortal.Components.Shared;

/// <summary>The texts of one folder, in the language of the reader (<see cref="CultureInfo.CurrentUICulture"/>). Safe for concurrent use.</summary>
/// <param name="area">A type beside the resource files, and of their name.</param>
internal sealed class PortalTexts(Type area)
{
    private readonly ResourceManager resources = new(area.FullName!, area.Assembly);

    /// <exception cref="MissingManifestResourceException">There is no such text: a defect, so it is not hidden.</exception>
    public string this[string key] =>
        resources.GetString(key, CultureInfo.CurrentUICulture) ?? throw new MissingManifestResourceException($"No text {area.Name}.{key}.");

    public string this[string key, params object?[] arguments] => string.Format(CultureInfo.CurrentCulture, this[key], arguments);

    /// <summary>The text <c>key</c> + <c>One</c> or <c>Many</c>, as the number asks for it; <c>{0}</c> is the number.</summary>
    public string Count(string key, long count) => this[count == 1 ? $"{key}One" : $"{key}Many", count.ToString("N0", CultureInfo.CurrentCulture)];
}
