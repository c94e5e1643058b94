using BackupPortal.Core.Tenancy;

namespace BackupPortal.Hosting;

/// <summary>What the web host is started with; everything else is configuration.</summary>
internal sealed record PortalSettings(DataRoot DataRoot)
{
    /// <summary>Addresses to listen on, for example <c>http://127.0.0.1:5080</c>; empty for what the configuration says.</summary>
    public IReadOnlyList<string> Urls { get; init; } = [];

    /// <summary>Null for what <c>ASPNETCORE_ENVIRONMENT</c> says; without it, Production.</summary>
    public string? Environment { get; init; }

    /// <summary>Adds to or replaces what the host has registered, right before it is built.</summary>
    public Action<WebApplicationBuilder>? Configure { get; init; }
}
