using System.Net;
using System.Text.Json;
using BackupPortal.Core.Catalog;
using BackupPortal.Tests.Api;
using BackupPortal.Tests.Hosting;

namespace BackupPortal.Tests.Endpoints;

public sealed class PluginRouteTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    private const string Plugin = "/t/north/settings/admin/backup";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Bookmark_Opened_LeadsToTheBackups()
    {
        using var visitor = await portal.Server.SignInAsync(ApiPortal.Admin);

        using var answer = await visitor.GetAsync(Plugin);

        Assert.Equal((HttpStatusCode.Redirect, "/t/north/backups"), (answer.StatusCode, answer.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task Script_WithAToken_SavesCreatesAndDeletes()
    {
        using var script = await portal.Server.RunProgramAsync(ApiPortal.Admin);

        Assert.Equal("04:30", (await PostAsync(script, "settings", HttpStatusCode.OK, ("enabled", "on"), ("time", "04:30"))).GetProperty("at").GetString());
        var schedule = await portal.Server.Services.GetRequiredService<ScheduleStore>().GetAsync(portal.Tenant.Id, Cancellation);
        Assert.Equal((true, new TimeOnly(4, 30)), (schedule.IsOn, schedule.At));
        var created = await PostAsync(script, "create", HttpStatusCode.Accepted, ("comment", "by the script"));
        var made = await portal.Program.FollowAsync(created.GetProperty("id").GetString()!);
        var second = await portal.Program.FollowAsync((await PostAsync(script, "create", HttpStatusCode.Accepted)).GetProperty("id").GetString()!);
        Assert.Equal("Succeeded", second.GetProperty("state").GetString());
        var deleted = await PostAsync(script, "delete", HttpStatusCode.Accepted, ("id", made.GetProperty("snapshot").GetString()!));
        Assert.Equal("Succeeded", (await portal.Program.FollowAsync(deleted.GetProperty("id").GetString()!)).GetProperty("state").GetString());
        Assert.Equal("snapshot_missing", (await PostAsync(script, "delete", HttpStatusCode.BadRequest)).GetProperty("code").GetString());
        Assert.Equal("snapshot_unknown", (await PostAsync(script, "delete", HttpStatusCode.UnprocessableEntity, ("backup", "nothing"))).GetProperty("code").GetString());
    }

    [Fact]
    public async Task Form_OfAForeignPage_IsRefusedAndOfThisPortalTaken()
    {
        using var visitor = await portal.Server.SignInAsync(ApiPortal.Admin);
        using (var foreign = await visitor.SendAsync(HttpMethod.Post, $"{Plugin}/create", new FormUrlEncodedContent([])))
            Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);
        visitor.Headers.Add("Sec-Fetch-Site", "cross-site");
        using (var foreign = await visitor.SendAsync(HttpMethod.Post, $"{Plugin}/create", new FormUrlEncodedContent([])))
            Assert.Equal(HttpStatusCode.BadRequest, foreign.StatusCode);

        visitor.Headers.Remove("Sec-Fetch-Site");
        visitor.Headers.Add("Sec-Fetch-Site", "same-origin");
        using var own = await visitor.SendAsync(HttpMethod.Post, $"{Plugin}/create", new FormUrlEncodedContent([]));

        Assert.Equal((HttpStatusCode.SeeOther, "/t/north/operations"), (own.StatusCode, own.Headers.Location!.OriginalString));
    }

    [Fact]
    public async Task Script_WithATokenThatIsNone_IsAskedForOneWhateverCookieItHas()
    {
        using var visitor = await portal.Server.SignInAsync(ApiPortal.Admin);
        visitor.Headers.Authorization = new("Bearer", "bp_nonsense");

        using var answer = await visitor.SendAsync(HttpMethod.Post, $"{Plugin}/create", new FormUrlEncodedContent([]), "application/json");

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
    }

    private static async Task<JsonElement> PostAsync(Visitor script, string action, HttpStatusCode expected, params (string Name, string Value)[] fields)
    {
        using var content = new FormUrlEncodedContent(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
        using var answer = await script.SendAsync(HttpMethod.Post, $"{Plugin}/{action}", content, "application/json");
        Assert.Equal(expected, answer.StatusCode);
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
