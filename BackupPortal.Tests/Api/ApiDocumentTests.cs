using System.Text.Json;
using BackupPortal.Tests.Access;

namespace BackupPortal.Tests.Api;

[Collection(WalkCollection.Name)]
public sealed class ApiDocumentTests(WalkedPortal portal)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Document_ForAnybody_HasEveryCallWithItsAnswersAndWhoMayMakeIt()
    {
        var document = await ReadAsync();
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString(), StringComparison.Ordinal);
        var missing = new List<string>();
        foreach (var (key, row) in AccessTable.ApiRoutes.Where(row => row.Value.Person != Expected.Anyone))
        {
            var (method, path) = (key.Split(' ')[0].ToLowerInvariant(), key.Split(' ')[1]);
            if (!document.GetProperty("paths").TryGetProperty(path, out var found) || !found.TryGetProperty(method, out var call))
            {
                missing.Add(key);
                continue;
            }
            var answers = call.GetProperty("responses").EnumerateObject().Select(answer => answer.Name).ToList();
            string[] needed = ["400", "401", "403", "429", "500", "503", .. path.Contains('{', StringComparison.Ordinal) ? ["404"] : Array.Empty<string>()];
            missing.AddRange(needed.Except(answers).Select(status => $"{key}: {status}"));
            if (!answers.Exists(status => status[0] == '2'))
                missing.Add($"{key}: no good answer");
            if (call.GetProperty("x-token-right").GetString() != row.Right.ToString())
                missing.Add($"{key}: right");
            if (string.IsNullOrEmpty(call.GetProperty("summary").GetString()))
                missing.Add($"{key}: summary");
            var parameters = call.TryGetProperty("parameters", out var list) ? list.EnumerateArray().Select(one => one.GetProperty("name").GetString()).ToList() : [];
            missing.AddRange(path.Split('/').Where(part => part.StartsWith('{')).Select(part => part[1..^1]).Except(parameters).Select(name => $"{key}: {name}"));
            Assert.DoesNotContain("called", parameters);
            if (method == "post" && !path.EndsWith("/cancel", StringComparison.Ordinal) && !path.EndsWith("/dismiss", StringComparison.Ordinal) && !parameters.Contains("Idempotency-Key"))
                missing.Add($"{key}: Idempotency-Key");
        }
        Assert.Empty(missing);
        Assert.Equal("bearer", document.GetProperty("components").GetProperty("securitySchemes").GetProperty("token").GetProperty("scheme").GetString());
        Assert.Equal(AccessTable.ApiRoutes.Count - 1, document.GetProperty("paths").EnumerateObject().Sum(path => path.Value.EnumerateObject().Count()));
        Assert.DoesNotContain(References(document), reference => !Exists(document, reference));
    }

    [Theory]
    [InlineData("de", "Was Programme können")]
    [InlineData("en", "What programs can do")]
    public async Task Page_ForAnybody_ShowsEveryCallWithAnExample(string language, string title)
    {
        using var client = new HttpClient { BaseAddress = portal.Server.Address };
        client.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        client.DefaultRequestHeaders.Accept.ParseAdd("text/html");

        var html = System.Net.WebUtility.HtmlDecode(await client.GetStringAsync("/api", Cancellation));

        Assert.Contains(title, html, StringComparison.Ordinal);
        foreach (var key in AccessTable.ApiRoutes.Where(row => row.Value.Person != Expected.Anyone).Select(row => row.Key))
            Assert.Contains($"<code>{key}</code>", html, StringComparison.Ordinal);
        Assert.Contains("curl -X POST -H \"Authorization: Bearer $TOKEN\"", html, StringComparison.Ordinal);
        Assert.Contains("\"confirm\":", html, StringComparison.Ordinal);
    }

    private async Task<JsonElement> ReadAsync()
    {
        using var answer = await portal.Server.NewVisitor().GetAsync("/api/v1/openapi.json", "application/json");
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
    }

    private static IEnumerable<string> References(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().SelectMany(one => one.Name == "$ref" ? [one.Value.GetString()!] : References(one.Value)),
        JsonValueKind.Array => element.EnumerateArray().SelectMany(References),
        _ => [],
    };

    private static bool Exists(JsonElement document, string reference)
    {
        foreach (var part in reference.TrimStart('#', '/').Split('/'))
            if (!document.TryGetProperty(part, out document))
                return false;
        return true;
    }
}
