using System.Net;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using static BackupPortal.Tests.Api.ApiProgram;

namespace BackupPortal.Tests.Api;

/// <summary>What is true for the API's answers in general.</summary>
public sealed class ApiAnswerTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    private const string Nobody = "00000000000000000000000000000001";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ApiProgram Program => portal.Program;

    [Theory]
    [InlineData("GET", "/nothing", null, 404, "not_found")]
    [InlineData("GET", "/operations/" + Nobody, null, 404, "operation_unknown")]
    [InlineData("GET", "/snapshots/nothing", null, 404, "snapshot_unknown")]
    [InlineData("GET", "/comparisons/" + Nobody, null, 404, "comparison_unknown")]
    [InlineData("GET", "/copies/download/nothing.zip", null, 404, "copy_unknown")]
    [InlineData("DELETE", "/schedule", null, 405, "method_not_allowed")]
    [InlineData("GET", "/snapshots?limit=0", null, 400, "invalid")]
    [InlineData("GET", "/snapshots?limit=many", null, 400, "invalid")]
    [InlineData("GET", "/operations?cursor=%21", null, 400, "wrong_cursor")]
    [InlineData("GET", "/operations?cursor=MQ", null, 400, "wrong_cursor")]
    [InlineData("PUT", "/schedule", """{"isOn":true,"at":"25:00"}""", 400, "wrong_time")]
    [InlineData("PUT", "/schedule", """{"isOn":true,"misspelt":1}""", 400, "bad_request")]
    [InlineData("PUT", "/schedule", """{"at":"02:00"}""", 400, "bad_request")]
    [InlineData("POST", "/restores", """{"snapshot":"nothing","confirm":"north"}""", 422, "snapshot_unknown")]
    [InlineData("POST", "/restores", """{"snapshot":"nothing"}""", 400, "not_confirmed")]
    [InlineData("POST", "/verifications", """{"level":"Deep"}""", 400, "wrong_level")]
    [InlineData("POST", "/retrievals", """{"snapshot":"nothing"}""", 400, "nothing_chosen")]
    [InlineData("POST", "/exports", """{"snapshot":"nothing","format":"doc"}""", 400, "wrong_format")]
    [InlineData("POST", "/exports", """{"snapshot":"nothing","passphrase":"short"}""", 400, "wrong_passphrase")]
    [InlineData("GET", "/tables/nothing/rows", null, 422, "browsing.no_such_table")]
    public async Task Call_ThatCannotBeDone_IsAProblemWithACode(string method, string path, string? json, int status, string code)
    {
        using var answer = await Program.SendAsync(new HttpMethod(method), North + path, json, ("Accept", "text/event-stream"));
        var body = await answer.Content.ReadAsStringAsync(Cancellation);

        Assert.True(status == (int)answer.StatusCode, body);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        var problem = System.Text.Json.JsonElement.Parse(body);
        Assert.Equal((status, code), (problem.GetProperty("status").GetInt32(), problem.GetProperty("code").GetString()));
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
    }

    [Theory]
    [InlineData("de", "Diesen Vorgang gibt es nicht.")]
    [InlineData("en", "There is no such operation.")]
    public async Task Problem_ForACaller_IsInTheirLanguage(string language, string title)
    {
        var problem = await Program.AskAsync(HttpStatusCode.NotFound, HttpMethod.Get, $"{North}/operations/{Nobody}", null, ("Accept-Language", language));

        Assert.Equal(title, problem.GetProperty("title").GetString());
    }

    [Fact]
    public async Task Content_OfAnotherKind_Is415()
    {
        using var form = new FormUrlEncodedContent([]);
        using var visitor = await portal.Server.RunProgramAsync(ApiPortal.Admin);
        using var refused = await visitor.SendAsync(HttpMethod.Post, $"{North}/restores", form, "application/json");

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, refused.StatusCode);
        Assert.Contains("unsupported_media_type", await refused.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Token_WithoutTheRight_Is403WithACode()
    {
        using var reader = await portal.RunAsync(TokenRights.Read);

        var problem = await reader.AskAsync(HttpStatusCode.Forbidden, HttpMethod.Post, $"{North}/snapshots");

        Assert.Equal("forbidden", problem.GetProperty("code").GetString());
    }

    [Fact]
    public async Task Schedule_ChangedMeanwhile_IsNotOverwritten()
    {
        using var before = await Program.SendAsync(HttpMethod.Get, $"{North}/schedule");
        var tag = before.Headers.ETag!.ToString();
        using var same = await Program.SendAsync(HttpMethod.Get, $"{North}/schedule", null, ("If-None-Match", tag));
        Assert.Equal(HttpStatusCode.NotModified, same.StatusCode);

        var changed = await Program.AskAsync(HttpStatusCode.OK, HttpMethod.Put, $"{North}/schedule", """{"isOn":true,"at":"03:15"}""", ("If-Match", tag));
        Assert.Equal("03:15", changed.GetProperty("at").GetString());
        var problem = await Program.AskAsync(HttpStatusCode.PreconditionFailed, HttpMethod.Put, $"{North}/schedule", """{"isOn":false}""", ("If-Match", tag));

        Assert.Equal("precondition_failed", problem.GetProperty("code").GetString());
        Assert.True((await Program.GetAsync($"{North}/schedule")).GetProperty("isOn").GetBoolean());
    }

    [Fact]
    public async Task Maintenance_BegunAndEnded_IsToldAndAdminsGoOn()
    {
        Assert.True((await Program.AskAsync(HttpStatusCode.OK, HttpMethod.Put, $"{North}/maintenance")).GetProperty("isOn").GetBoolean());
        Assert.True((await Program.GetAsync(North)).GetProperty("isInMaintenance").GetBoolean());
        await Program.AskAsync(HttpStatusCode.NoContent, HttpMethod.Delete, $"{North}/maintenance");
        Assert.False((await Program.GetAsync($"{North}/maintenance")).GetProperty("isOn").GetBoolean());
    }

    [Fact]
    public async Task List_ReadPageByPage_HasEachOnceAndLinksToTheNext()
    {
        var queued = await QueueAsync(5);
        var read = new List<string>();
        var path = (string?)$"{North}/operations?limit=2";
        while (path is not null)
        {
            using var answer = await Program.SendAsync(HttpMethod.Get, path);
            var page = System.Text.Json.JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
            read.AddRange(page.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("id").GetString()!));
            path = answer.Headers.TryGetValues("Link", out var links) ? links.Single().Split('<', '>')[1] : null;
            Assert.Equal(path is null, page.GetProperty("next").ValueKind == System.Text.Json.JsonValueKind.Null);
        }
        Assert.Equal(read.Distinct().Count(), read.Count);
        Assert.Empty(queued.Except(read));
        Assert.Equal("1", (await Program.GetAsync($"/api/v1/tenants")).GetProperty("items").GetArrayLength().ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Tenant_Added_NeedsAnOperatorsTokenWithTheRight()
    {
        await portal.Server.AddAccountAsync("operator@example.org", isOperator: true);
        using var program = new ApiProgram(portal.Server.Address, (await portal.Server.CreateTokenAsync("operator@example.org")).Text);
        using var without = new ApiProgram(portal.Server.Address, (await portal.Server.CreateTokenAsync("operator@example.org", TokenRights.Read)).Text);
        const string east = """{"slug":"east","name":"Oststadt"}""";

        await Program.AskAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "/api/v1/tenants", east);
        await without.AskAsync(HttpStatusCode.Forbidden, HttpMethod.Post, "/api/v1/tenants", east);
        using var added = await program.SendAsync(HttpMethod.Post, "/api/v1/tenants", east);
        Assert.Equal((HttpStatusCode.Created, "/api/v1/tenants/east"), (added.StatusCode, added.Headers.Location!.OriginalString));
        var twice = await program.AskAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, "/api/v1/tenants", east);
        Assert.True(twice.GetProperty("errors").TryGetProperty("slug", out _));
    }

    private async Task<List<string>> QueueAsync(int count)
    {
        var queue = portal.Server.Services.GetRequiredService<OperationQueue>();
        var queued = new List<string>();
        for (var number = 0; number < count; number++)
            queued.Add((await queue.EnqueueAsync(portal.Tenant.Id, OperationKind.Verify, """{"Snapshot":null,"Level":"Presence"}""", "test", Cancellation)).ToString());
        foreach (var one in queued)
            await Program.FollowAsync(one);
        return queued;
    }
}
