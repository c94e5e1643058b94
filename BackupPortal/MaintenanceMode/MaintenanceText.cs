using System.Globalization;
using System.Resources;

namespace BackupPortal.MaintenanceMode;

/// <summary>This folder's texts.</summary>
internal static class MaintenanceText
{
    private static readonly ResourceManager Texts = new("BackupPortal.MaintenanceMode.MaintenanceModeTexts", typeof(MaintenanceText).Assembly);

    public static string Get(string key, CultureInfo culture) =>
        Texts.GetString(key, culture) ?? throw new MissingManifestResourceException($"No text MaintenanceMode.{key}.");
}
