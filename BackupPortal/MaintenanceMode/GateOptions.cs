using System.Net;
using Microsoft.Extensions.Options;

namespace BackupPortal.MaintenanceMode;

/// <summary>Configuration section <c>Gate</c>: who may ask whether a school is open.</summary>
internal sealed class GateOptions
{
    public const string Section = "Gate";

    private static readonly IReadOnlyList<IPNetwork> ThisMachine = [IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128")];

    /// <summary>Networks that applications' proxies ask from, such as <c>10.1.0.0/24</c>, or single addresses; what is given replaces the default, this machine alone.</summary>
    public IList<string> AllowedNetworks { get; } = [];

    /// <exception cref="FormatException">One of them is no network.</exception>
    public IReadOnlyList<IPNetwork> Networks() => AllowedNetworks.Count == 0
        ? ThisMachine
        : [.. AllowedNetworks.Select(static text => Parse(text) ?? throw new FormatException($"'{text}' is not a network."))];

    internal static IPNetwork? Parse(string text) =>
        IPNetwork.TryParse(text, out var network) ? network
        : IPAddress.TryParse(text, out var address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
        : null;
}

internal sealed class GateOptionsValidator : IValidateOptions<GateOptions>
{
    public ValidateOptionsResult Validate(string? name, GateOptions options)
    {
        var problems = options.AllowedNetworks.Where(text => GateOptions.Parse(text) is null)
            .Select(text => $"{GateOptions.Section}:{nameof(GateOptions.AllowedNetworks)}: '{text}' is not a network such as 10.1.0.0/24, and no address.").ToList();
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }
}
