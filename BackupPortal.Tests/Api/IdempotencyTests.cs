using System.Net;
using BackupPortal.Api;
using BackupPortal.Core.Catalog;
using BackupPortal.Tests.Catalog;
using Microsoft.EntityFrameworkCore;
using static BackupPortal.Tests.Api.ApiProgram;

namespace BackupPortal.Tests.Api;

public sealed class IdempotencyTests(ApiPortal portal) : IClassFixture<ApiPortal>
{
    private static readonly KeptAnswer Answer = new(202, "{}", [1, 2, 3]);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Request_SentTwiceWithOneName_IsDoneOnceAndAnsweredTheSame()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        using var first = await portal.Program.SendAsync(HttpMethod.Post, $"{North}/snapshots", """{"note":"a"}""", key);
        using var again = await portal.Program.SendAsync(HttpMethod.Post, $"{North}/snapshots", """{"note":"a"}""", key);

        Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
        Assert.Equal(await first.Content.ReadAsStringAsync(Cancellation), await again.Content.ReadAsStringAsync(Cancellation));
        Assert.Equal(first.Headers.Location, again.Headers.Location);
        Assert.Equal("true", Assert.Single(again.Headers.GetValues(Idempotency.Replayed)));
        var other = await portal.Program.AskAsync(HttpStatusCode.UnprocessableEntity, HttpMethod.Post, $"{North}/snapshots", """{"note":"b"}""", key);
        Assert.Equal("idempotency_other_request", other.GetProperty("code").GetString());
        // The name is one of this address and this token alone.
        await portal.Program.AskAsync(HttpStatusCode.Accepted, HttpMethod.Post, $"{North}/verifications", "{}", key);
        using var somebody = await portal.RunAsync();
        using var elsewhere = await somebody.SendAsync(HttpMethod.Post, $"{North}/snapshots", """{"note":"b"}""", key);
        Assert.Equal(HttpStatusCode.Accepted, elsewhere.StatusCode);
    }

    [Fact]
    public async Task Request_Refused_MayBeTriedAgainUnderItsName()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        await portal.Program.AskAsync(HttpStatusCode.BadRequest, HttpMethod.Post, $"{North}/verifications", """{"level":"Deep"}""", key);

        await portal.Program.AskAsync(HttpStatusCode.Accepted, HttpMethod.Post, $"{North}/verifications", """{"level":"Presence"}""", key);
    }

    [Fact]
    public async Task Requests_OfOneNameAtOnce_AreDoneOnce()
    {
        var key = ("Idempotency-Key", Guid.NewGuid().ToString());
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => portal.Program.SendAsync(HttpMethod.Post, $"{North}/verifications", "{}", key)));

        Assert.All(answers, answer => Assert.Contains((int)answer.StatusCode, new[] { 202, 409 }));
        var done = new HashSet<string>();
        foreach (var answer in answers.Where(answer => answer.StatusCode == HttpStatusCode.Accepted))
            done.Add(answer.Headers.Location!.OriginalString);
        Assert.Single(done);
    }

    [Fact]
    public async Task Claim_AfterARestart_IsAnsweredOrToldToBeLost()
    {
        var clock = new FakeClock(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
        await using var before = await TestPortal.CreateAsync(services => services.AddSingleton<TimeProvider>(clock));
        var token = await AddTokenAsync(before, clock);
        var (done, open) = (new RequestName(token, "POST /a", "done"), new RequestName(token, "POST /a", "open"));
        var store = before.Get<KeptAnswerStore>();
        Assert.Equal(ClaimOutcome.Claimed, (await store.ClaimAsync(done, "hash", Cancellation)).Outcome);
        await store.KeepAsync(done, Answer, Cancellation);
        Assert.Equal(ClaimOutcome.Claimed, (await store.ClaimAsync(open, "hash", Cancellation)).Outcome);
        Assert.Equal(ClaimOutcome.UnderWay, (await store.ClaimAsync(open, "hash", Cancellation)).Outcome);

        await using var after = await TestPortal.CreateAsync(services => services.AddSingleton<TimeProvider>(clock), shareWith: before);
        var next = after.Get<KeptAnswerStore>();
        Assert.Equal(Answer.Body, (await next.ClaimAsync(done, "hash", Cancellation)).Answer!.Body);
        Assert.Equal(ClaimOutcome.Lost, (await next.ClaimAsync(open, "hash", Cancellation)).Outcome);
        clock.Advance(KeptAnswerStore.Kept + TimeSpan.FromSeconds(1));
        Assert.Equal(ClaimOutcome.Claimed, (await next.ClaimAsync(open, "hash", Cancellation)).Outcome);
    }

    private static async Task<Guid> AddTokenAsync(TestPortal portal, FakeClock clock)
    {
        await using var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(Cancellation);
        var account = new Account { Id = Guid.NewGuid(), UserName = "anna", Email = "anna@example.org", SecurityStamp = "first" };
        context.Users.Add(account);
        await context.SaveChangesAsync(Cancellation);
        var wanted = new NewAccessToken(account.Id, "one", TokenRights.Read, null, clock.GetUtcNow().AddDays(9));
        return (await portal.Get<AccessTokenStore>().CreateAsync(wanted, "anna", Cancellation)).Token.Id;
    }
}
