using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.MaintenanceMode;

/// <summary>The page that waiting people see: one self-contained document that needs nothing else from the portal but the tenant's status.</summary>
internal sealed record WaitingPage(string Html, string ContentSecurityPolicy)
{
    private static readonly Lazy<string> Template = new(ReadTemplate);

    /// <param name="statusAddress">Where the page asks how far it is.</param>
    /// <param name="theme"><c>light</c>, <c>dark</c>, or null for what the system wishes.</param>
    public static WaitingPage Render(Tenant tenant, TenantStatus status, string statusAddress, CultureInfo culture, string? theme)
    {
        var nonce = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        var html = Template.Value;
        foreach (var (name, value) in Values(tenant, status, statusAddress, culture, theme).Append(("nonce", nonce)))
            html = html.Replace($"[[{name}]]", WebUtility.HtmlEncode(value), StringComparison.Ordinal);
        return new WaitingPage(
            html,
            $"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    }

    private static IEnumerable<(string Name, string Value)> Values(Tenant tenant, TenantStatus status, string statusAddress, CultureInfo culture, string? theme)
    {
        yield return ("lang", culture.TwoLetterISOLanguageName);
        yield return ("theme", theme ?? "system");
        yield return ("status-url", statusAddress);
        foreach (var key in (string[])["Title", "Explanation", "NothingToDo", "ProgressLabel", "Lost", "NoScript"])
            yield return (key, MaintenanceText.Get(key, culture));
        yield return ("step", status.Step ?? "");
        yield return ("percent", status.Percent?.ToString(CultureInfo.InvariantCulture) ?? "");
        // Last, so that a name with a placeholder in it is shown as it is.
        yield return ("name", tenant.Name);
    }

    private static string ReadTemplate()
    {
        using var stream = typeof(WaitingPage).Assembly.GetManifestResourceStream("BackupPortal.MaintenanceMode.WaitingPage.html")
            ?? throw new InvalidOperationException("The waiting page is not in the program.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
