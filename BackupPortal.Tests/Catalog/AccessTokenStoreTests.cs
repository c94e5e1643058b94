using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;
using Microsoft.EntityFrameworkCore;

namespace BackupPortal.Tests.Catalog;

public sealed class AccessTokenStoreTests : IAsyncLifetime
{
    private readonly FakeClock clock = new(new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.Zero));
    private TestPortal portal = null!;
    private readonly Account anna = new() { Id = Guid.NewGuid(), UserName = "anna@example.org", Email = "anna@example.org", SecurityStamp = "first" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private AccessTokenStore Tokens => portal.Get<AccessTokenStore>();

    public async ValueTask InitializeAsync()
    {
        portal = await TestPortal.CreateAsync(services => services.AddSingleton<TimeProvider>(clock));
        await using var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(Token);
        context.Users.Add(anna);
        await context.SaveChangesAsync(Token);
    }

    public ValueTask DisposeAsync() => portal.DisposeAsync();

    [Fact]
    public async Task Create_Right_IsRecognisedAndItsSecretIsNowhereInTheCatalog()
    {
        var tenant = TenantId.Create();

        var created = await Tokens.CreateAsync(Wanted() with { Tenants = [tenant] }, "anna@example.org", Token);

        var found = await Tokens.RecogniseAsync(created.Text, Token);
        Assert.Equal((created.Token.Id, anna.Id, "nightly script", TokenRights.Read | TokenRights.Backup), (found!.Id, found.Account, found.Name, found.Rights));
        Assert.Equal([tenant], found.Tenants);
        Assert.Matches("^bp_[0-9a-f]{32}_[0-9a-f]{72}$", created.Text);
        await using var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(Token);
        var row = Assert.Single(context.AccessTokens);
        Assert.DoesNotContain(created.Text.Split('_')[2][..64], System.Text.Json.JsonSerializer.Serialize(row), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recognise_OneCharacterWrongAnywhere_IsNobody()
    {
        var text = (await Tokens.CreateAsync(Wanted(), "anna@example.org", Token)).Text;

        for (var at = 0; at < text.Length; at++)
        {
            var wrong = $"{text[..at]}{(text[at] == 'a' ? 'b' : 'a')}{text[(at + 1)..]}";
            Assert.Null(await Tokens.RecogniseAsync(wrong, Token));
        }
        Assert.Null(await Tokens.RecogniseAsync(text.ToUpperInvariant(), Token));
        Assert.Null(await Tokens.RecogniseAsync(null, Token));
        Assert.NotNull(await Tokens.RecogniseAsync(text, Token));
    }

    [Fact]
    public async Task Recognise_OtherSecretOfARightShape_IsNobody()
    {
        var created = await Tokens.CreateAsync(Wanted(), "anna@example.org", Token);

        Assert.Null(await Tokens.RecogniseAsync(AccessTokenText.Create(created.Token.Id).ToString(), Token));
    }

    [Fact]
    public async Task Recognise_Expired_IsNobodyFromThatMomentOn()
    {
        var created = await Tokens.CreateAsync(Wanted(), "anna@example.org", Token);

        clock.Advance(TimeSpan.FromDays(7) - TimeSpan.FromSeconds(1));
        Assert.NotNull(await Tokens.RecogniseAsync(created.Text, Token));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await Tokens.RecogniseAsync(created.Text, Token));
    }

    [Fact]
    public async Task Revoke_OfSomebodyElse_DoesNothing_OfTheOwner_EndsItAtOnce()
    {
        var created = await Tokens.CreateAsync(Wanted(), "anna@example.org", Token);

        await Tokens.RevokeAsync(Guid.NewGuid(), created.Token.Id, "eve@example.org", Token);
        Assert.NotNull(await Tokens.RecogniseAsync(created.Text, Token));

        await Tokens.RevokeAsync(anna.Id, created.Token.Id, "anna@example.org", Token);
        Assert.Null(await Tokens.RecogniseAsync(created.Text, Token));
        Assert.Contains(await portal.Get<AuditLog>().ListAsync(null, 10, Token), entry => entry.What.Key == "AuditTokenRevoked");
    }

    [Fact]
    public async Task NoteUse_WithinAMinute_KeepsTheFirst()
    {
        var created = await Tokens.CreateAsync(Wanted(), "anna@example.org", Token);
        var first = clock.GetUtcNow();
        await Tokens.NoteUseAsync(created.Token, "127.0.0.1", Token);
        clock.Advance(TimeSpan.FromSeconds(59));
        await Tokens.NoteUseAsync((await Tokens.FindAsync(created.Token.Id, Token))!, "127.0.0.2", Token);

        var kept = await Tokens.FindAsync(created.Token.Id, Token);
        Assert.Equal((first, "127.0.0.1"), (kept!.LastUsedUtc, kept.LastUsedFrom));

        clock.Advance(TimeSpan.FromSeconds(1));
        await Tokens.NoteUseAsync(kept, "127.0.0.2", Token);
        Assert.Equal("127.0.0.2", (await Tokens.FindAsync(created.Token.Id, Token))!.LastUsedFrom);
    }

    [Fact]
    public async Task Create_AnythingWrong_IsRefusedWithTheReason()
    {
        var right = Wanted();

        Assert.Equal("TokenName", await RefusalAsync(right with { Name = "  " }));
        Assert.Equal("TokenName", await RefusalAsync(right with { Name = new string('x', AccessTokenStore.LongestName + 1) }));
        Assert.Equal("TokenRightsMissing", await RefusalAsync(right with { Rights = TokenRights.None }));
        Assert.Equal("TokenTenantsMissing", await RefusalAsync(right with { Tenants = [] }));
        Assert.Equal("TokenExpiry", await RefusalAsync(right with { ExpiresUtc = clock.GetUtcNow() }));
        Assert.Equal("TokenExpiry", await RefusalAsync(right with { ExpiresUtc = clock.GetUtcNow() + AccessTokenStore.LongestLife + TimeSpan.FromSeconds(1) }));
        Assert.Empty(await Tokens.ListAsync(anna.Id, Token));
    }

    [Fact]
    public async Task Account_Removed_TakesItsTokensAlong()
    {
        var created = await Tokens.CreateAsync(Wanted(), "anna@example.org", Token);
        await using (var context = await portal.Get<IDbContextFactory<CatalogContext>>().CreateDbContextAsync(Token))
        {
            context.Users.Remove(await context.Users.SingleAsync(Token));
            await context.SaveChangesAsync(Token);
        }

        Assert.Null(await Tokens.FindAsync(created.Token.Id, Token));
    }

    private NewAccessToken Wanted() =>
        new(anna.Id, " nightly script ", TokenRights.Read | TokenRights.Backup, null, clock.GetUtcNow() + TimeSpan.FromDays(7));

    private async Task<string> RefusalAsync(NewAccessToken wanted) =>
        (await Assert.ThrowsAsync<PortalException>(() => Tokens.CreateAsync(wanted, "anna@example.org", Token))).What.Key;
}
