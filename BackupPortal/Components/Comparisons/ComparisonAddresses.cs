using BackupPortal.Components.Layout;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Components.Comparisons;

/// <summary>The addresses within one comparison's page.</summary>
/// <param name="With">What the backup is compared with: <see cref="Now"/>, or the identifier of another one.</param>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record ComparisonAddresses(TenantSlug Slug, SnapshotId Snapshot, string With)
{
    public const string Now = "now";

    public string Summary => PortalAddress.Compare(Slug, Snapshot, With);

    /// <param name="table">Its real name.</param>
    /// <param name="page">From 1.</param>
    public string Of(string table, DifferenceKind kind, int page = 1, bool areAllColumns = false) =>
        $"{Summary}&table={Uri.EscapeDataString(table)}&show={Name(kind)}{Page(page)}{(areAllColumns ? "&all=true" : "")}";

    public string OfFiles(DifferenceKind kind, int page = 1) => $"{Summary}&files=true&show={Name(kind)}{Page(page)}";

    private static string Name(DifferenceKind kind) => kind.ToString().ToLowerInvariant();

    private static string Page(int page) => page > 1 ? $"&page={page}" : "";
}
