using System.Net;
using System.Text.Json;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using static BackupPortal.Tests.Api.ApiProgram;

namespace BackupPortal.Tests.Api;

public sealed class OperationEventsTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_TakenUpAgain_TellsTheLinesThatAreMissingAndTheEnd()
    {
        var queued = await portal.Program.AskAsync(HttpStatusCode.Accepted, HttpMethod.Post, $"{North}/snapshots");
        var id = queued.GetProperty("id").GetString()!;
        await portal.Program.FollowAsync(id);
        var log = (await portal.Program.GetAsync($"{North}/operations/{id}/log")).GetProperty("items");
        Assert.True(log.GetArrayLength() > 1);

        var rest = new List<(string Type, string? Id)>();
        await foreach (var item in portal.Program.EventsAsync(id, "1"))
            rest.Add((item.EventType, item.EventId));

        Assert.Equal(Enumerable.Range(2, log.GetArrayLength() - 1).Select(number => ("log", (string?)$"{number}")).Append(("end", "end")), rest);
        using var over = await portal.Program.SendAsync(HttpMethod.Get, $"{North}/operations/{id}/events", null, ("Last-Event-ID", "end"));
        Assert.Equal(HttpStatusCode.NoContent, over.StatusCode);
    }

    [Fact]
    public async Task Stream_TokenIsRevoked_EndsWithoutAnEnd()
    {
        var id = await HoldUpAsync();
        using var program = await portal.RunAsync();
        var events = program.EventsAsync(id).GetAsyncEnumerator(Cancellation);
        Assert.True(await events.MoveNextAsync());
        Assert.Equal("Queued", JsonElement.Parse(events.Current.Data).GetProperty("operation").GetProperty("state").GetString());

        await RevokeAllAsync(program);
        var types = new List<string>();
        while (await events.MoveNextAsync())
            types.Add(events.Current.EventType);

        Assert.DoesNotContain("end", types);
        await events.DisposeAsync();
        await portal.Program.AskAsync(HttpStatusCode.OK, HttpMethod.Post, $"{North}/operations/{id}/cancel");
        await portal.Program.AskAsync(HttpStatusCode.Conflict, HttpMethod.Post, $"{North}/operations/{id}/cancel");
    }

    private async Task RevokeAllAsync(ApiProgram program)
    {
        await program.GetAsync($"{North}/schedule");
        var accounts = await portal.Server.Services.GetRequiredService<AccountStore>().ListAsync(Cancellation);
        var account = accounts.Single(one => one.Email == ApiPortal.Admin).Id;
        var tokens = portal.Server.Services.GetRequiredService<AccessTokenStore>();
        var newest = (await tokens.ListAsync(account, Cancellation))[0];
        await tokens.RevokeAsync(account, newest.Id, ApiPortal.Admin, Cancellation);
    }

    /// <summary>Work that this process has put here to do itself, and never does: it stays queued, and nobody takes it for that of a process that is gone.</summary>
    private async Task<string> HoldUpAsync()
    {
        var store = portal.Server.Services.GetRequiredService<OperationStore>();
        var presence = portal.Server.Services.GetRequiredService<RunnerPresence>();
        presence.Show();
        var view = await store.InsertAsync(portal.Tenant.Id, OperationKind.Verify, "{}", "test", presence.Id, Cancellation);
        return view.Id.ToString();
    }
}
