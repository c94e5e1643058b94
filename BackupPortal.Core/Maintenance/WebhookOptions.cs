using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Options;

namespace BackupPortal.Core.Maintenance;

/// <summary>Configuration section <c>Webhooks:Maintenance</c>: whom to tell that a school's maintenance mode begins and ends. Only who configures the host may set it.</summary>
public sealed class WebhookOptions
{
    public const string Section = "Webhooks:Maintenance";

    /// <summary>Shorter secrets can be guessed.</summary>
    public const int ShortestSecret = 16;

    /// <summary>Where to for every school that has no address of its own, <c>http</c> or <c>https</c>; null for nowhere.</summary>
    public string? Url { get; set; }

    /// <summary>What messages are signed with; at least 16 characters.</summary>
    public string? Secret { get; set; }

    /// <summary>Of single schools, by short name.</summary>
    public IDictionary<string, WebhookTargetOptions> Tenants { get; } = new Dictionary<string, WebhookTargetOptions>(StringComparer.Ordinal);

    /// <summary>How long one attempt may take; up to a minute, 5 s by default.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long users may go on because the receiver has not answered yet: it can end what it has under way before they are locked out. 0 to 30 s; 2 s by default.
    /// </summary>
    public TimeSpan LongestWait { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>For how long a message is tried again; a day by default.</summary>
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromDays(1);

    internal bool IsOn => Url is { Length: > 0 } || Tenants.Count > 0;

    /// <summary>Null when nobody is to be told.</summary>
    internal WebhookTarget? TargetOf(TenantSlug tenant)
    {
        var own = Tenants.TryGetValue(tenant.Value, out var found) ? found : null;
        return (own?.Url ?? Url) is { Length: > 0 } url && (own?.Secret ?? Secret) is { } secret ? new WebhookTarget(new Uri(url), secret) : null;
    }
}

/// <summary>What a school has of its own; what is null is as for all.</summary>
public sealed class WebhookTargetOptions
{
    public string? Url { get; set; }

    public string? Secret { get; set; }
}

internal sealed record WebhookTarget(Uri Url, string Secret);

internal sealed class WebhookOptionsValidator : IValidateOptions<WebhookOptions>
{
    public ValidateOptionsResult Validate(string? name, WebhookOptions options)
    {
        var problems = new List<string>();
        Check(problems, "", options.Url, options.Secret);
        foreach (var (slug, target) in options.Tenants)
        {
            if (!TenantSlug.TryParse(slug, out _))
                problems.Add($"{WebhookOptions.Section}:Tenants: '{slug}' is not a school's short name.");
            Check(problems, $"Tenants:{slug}:", target.Url ?? options.Url, target.Secret ?? options.Secret);
        }

        if (options.Timeout <= TimeSpan.Zero || options.Timeout > TimeSpan.FromMinutes(1))
            problems.Add($"{WebhookOptions.Section}:Timeout must be more than nothing and at most a minute.");
        if (options.LongestWait < TimeSpan.Zero || options.LongestWait > TimeSpan.FromSeconds(30))
            problems.Add($"{WebhookOptions.Section}:LongestWait must be from 0 to 30 seconds.");
        if (options.GiveUpAfter <= TimeSpan.Zero)
            problems.Add($"{WebhookOptions.Section}:GiveUpAfter must be more than nothing.");
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void Check(List<string> problems, string of, string? url, string? secret)
    {
        if (string.IsNullOrEmpty(url))
            return;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var parsed) || (parsed.Scheme != Uri.UriSchemeHttp && parsed.Scheme != Uri.UriSchemeHttps))
            problems.Add($"{WebhookOptions.Section}:{of}Url: '{url}' is not an address that begins with http:// or https://.");
        if (secret is null || secret.Length < WebhookOptions.ShortestSecret)
            problems.Add($"{WebhookOptions.Section}:{of}Secret must have at least {WebhookOptions.ShortestSecret} characters.");
    }
}
