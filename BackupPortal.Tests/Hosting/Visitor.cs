using System.Net;
using System.Text.RegularExpressions;

namespace BackupPortal.Tests.Hosting;

/// <summary>A browser as far as HTTP goes: keeps cookies, fills in forms, and does not follow redirects, so that tests see them.</summary>
internal sealed partial class Visitor : IDisposable
{
    private readonly HttpClient client;
    private readonly Uri address;

    public Visitor(Uri address)
    {
        this.address = address;
        client = new HttpClient(new HttpClientHandler { CookieContainer = Cookies, AllowAutoRedirect = false }) { BaseAddress = address };
    }

    public CookieContainer Cookies { get; } = new();

    /// <summary>Sent with every request.</summary>
    public System.Net.Http.Headers.HttpRequestHeaders Headers => client.DefaultRequestHeaders;

    public CookieCollection CookiesHere => Cookies.GetCookies(address);

    public Task<HttpResponseMessage> GetAsync(string path, string accept = "text/html") => SendAsync(HttpMethod.Get, path, null, accept);

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, HttpContent? content = null, string accept = "text/html")
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Accept.ParseAdd(accept);
        request.Headers.AcceptLanguage.ParseAdd("en");
        return await client.SendAsync(request);
    }

    /// <summary>Loads a page, and sends its form back with these fields.</summary>
    public async Task<HttpResponseMessage> SubmitAsync(string page, params (string Name, string Value)[] fields)
    {
        using var form = await GetAsync(page);
        Assert.Equal(HttpStatusCode.OK, form.StatusCode);
        var hidden = HiddenFields(await form.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        using var content = new FormUrlEncodedContent(hidden.Concat(fields.Select(field => KeyValuePair.Create(field.Name, field.Value))));
        return await SendAsync(HttpMethod.Post, page, content);
    }

    public Task<HttpResponseMessage> SignInAsync(string email, string password, string page = "/sign-in") =>
        SubmitAsync(page, ("Input.Email", email), ("Input.Password", password));

    public void Dispose() => client.Dispose();

    private static IEnumerable<KeyValuePair<string, string>> HiddenFields(string html) => HiddenInput().Matches(html)
        .Select(match => KeyValuePair.Create(match.Groups["name"].Value, WebUtility.HtmlDecode(match.Groups["value"].Value)));

    [GeneratedRegex("""<input type="hidden" name="(?<name>[^"]*)" value="(?<value>[^"]*)" ?/?>""")]
    private static partial Regex HiddenInput();
}
