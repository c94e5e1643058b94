using BackupPortal.Components.Shared;

namespace BackupPortal.Components.Tenants;

/// <summary>The texts of this folder: <c>TenantsTexts.resx</c> (English) and <c>TenantsTexts.de.resx</c>.</summary>
internal static class TenantsTexts
{
    public static PortalTexts Texts { get; } = new(typeof(TenantsTexts));
}
