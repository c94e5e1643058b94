using System.Net;
using Microsoft.Extensions.Options;

namespace BackupPortal.MaintenanceMode;

/// <summary>Tells applications' own proxies from everybody else.</summary>
internal sealed class GateCaller(IOptions<GateOptions> options)
{
    // The last one is what the framework calls the first after it has believed it.
    private static readonly string[] MarksOfForwarding = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "X-Original-For"];

    private readonly IReadOnlyList<IPNetwork> _networks = options.Value.Networks();

    /// <summary>
    /// True for who asks by themselves from an allowed network. What a proxy passes on for somebody else says so, and is not: through the portal's own public proxy,
    /// which may be on this machine, nobody learns which schools there are.
    /// </summary>
    public bool IsAllowed(HttpContext context)
    {
        if (context.Connection.RemoteIpAddress is not { } address || MarksOfForwarding.Any(context.Request.Headers.ContainsKey))
            return false;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return _networks.Any(network => network.Contains(plain));
    }
}
