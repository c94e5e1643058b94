namespace BackupPortal.Access;

/// <summary>Addresses of a tenant's pages.</summary>
internal static class TenantAddress
{
    /// <summary>What stands for the tenant's short name in an absolute address; null for pages of no tenant.</summary>
    public static string? SlugOf(string uri)
    {
        var segments = new Uri(uri).AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return segments.Length >= 2 && segments[0].Equals("t", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(segments[1]) : null;
    }
}
