using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Components.Layout;

/// <summary>The addresses of the portal's pages, in one place.</summary>
internal static class PortalAddress
{
    public const string Start = "/";

    public const string Host = "/host";

    public static string Overview(TenantSlug slug) => $"/t/{slug}";

    public static string Backups(TenantSlug slug) => $"/t/{slug}/backups";

    public static string Backup(TenantSlug slug, SnapshotId snapshot) => $"/t/{slug}/backups/{snapshot}";

    public static string BringBack(TenantSlug slug, SnapshotId snapshot) => $"{Backup(slug, snapshot)}/bring-back";

    /// <param name="with">What it is compared with; null to choose.</param>
    public static string Compare(TenantSlug slug, SnapshotId snapshot, string? with) =>
        $"{Backup(slug, snapshot)}/compare{(with is null ? "" : $"?with={Uri.EscapeDataString(with)}")}";

    public static string Restores(TenantSlug slug) => $"/t/{slug}/restores";

    public static string Copies(TenantSlug slug) => $"/t/{slug}/copies";

    /// <summary>An exported file, to be downloaded.</summary>
    public static string CopyFile(TenantSlug slug, string place, string name) => $"{Copies(slug)}/{Uri.EscapeDataString(place)}/{Uri.EscapeDataString(name)}";

    /// <summary>Where files are sent to; not a page.</summary>
    public static string Uploads(TenantSlug slug) => $"/t/{slug}/uploads";

    public static string Operations(TenantSlug slug) => $"/t/{slug}/operations";

    public static string Operation(TenantSlug slug, OperationId operation) => $"/t/{slug}/operations/{operation}";

    public static string Data(TenantSlug slug) => $"/t/{slug}/data";

    public static string Settings(TenantSlug slug) => $"/t/{slug}/settings";
}
