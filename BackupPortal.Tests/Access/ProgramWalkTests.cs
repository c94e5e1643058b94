using System.Net;
using BackupPortal.Core.Catalog;
using BackupPortal.Tests.Hosting;

namespace BackupPortal.Tests.Access;

/// <summary>Asks for every route of the portal with tokens: of everybody, with and without the right, and with those that are none any more.</summary>
[Collection(WalkCollection.Name)]
public sealed class ProgramWalkTests(WalkedPortal portal)
{
    private const TokenRights Everything = (TokenRights)1023;

    [Theory]
    [InlineData(Walker.Stranger)]
    [InlineData(Walker.Member)]
    [InlineData(Walker.Admin)]
    [InlineData(Walker.Operator)]
    [InlineData(Walker.AdminOfAnotherTenant)]
    [InlineData(Walker.MemberOfAnotherTenant)]
    public async Task Routes_AskedWithATokenOfEachPerson_AnswerAsTheTableSays(Walker walker) => Assert.Equal([], await WalkAsync(
        portal.ProgramOf(walker),
        key => AccessTable.ForPrograms(key) is { } row ? RefusalOf(key, row.Person, walker) : Elsewhere(key)));

    [Fact]
    public async Task Routes_AskedWithATokenThatHasEveryRightButTheirs_AreForbidden()
    {
        var programs = new Dictionary<TokenRights, Visitor>();
        foreach (var right in Enum.GetValues<TokenRights>().Where(right => right != TokenRights.None))
            programs.Add(right, await portal.Server.RunProgramAsync("operator@example.org", Everything & ~right));
        var wrong = new List<string>();
        foreach (var route in WalkedRoutes.Of(portal))
        {
            if (AccessTable.ForPrograms(route.Key) is { } row && row.Person != Expected.Anyone
                && await route.AskAsync(programs[row.Right], isPage: false, HttpStatusCode.Forbidden) is { } problem)
                wrong.Add(problem);
        }
        Assert.Empty(wrong);
        foreach (var program in programs.Values)
            program.Dispose();
    }

    [Fact]
    public async Task Routes_AskedWithATokenForAnotherTenantOfThePerson_FindNothing()
    {
        var south = await portal.Server.Services.GetRequiredService<TenantStore>().FindAsync(Core.Tenancy.TenantSlug.Parse("south"), TestContext.Current.CancellationToken);
        using var program = await portal.Server.RunProgramAsync("operator@example.org", Everything, south!.Id);

        Assert.Empty(await WalkAsync(program, key => AccessTable.ForPrograms(key) is { } row
            ? key.Contains("{slug}", StringComparison.Ordinal) ? HttpStatusCode.NotFound : AccessTable.RefusalOf(row.Person, Walker.Operator, isPage: false)
            : Elsewhere(key)));
    }

    [Fact]
    public async Task Routes_AskedWithARevokedToken_AskForOne()
    {
        using var program = await portal.Server.RunProgramAsync("operator@example.org");
        var tokens = portal.Server.Services.GetRequiredService<AccessTokenStore>();
        var token = await tokens.RecogniseAsync(program.Headers.Authorization!.Parameter, TestContext.Current.CancellationToken);
        await tokens.RevokeAsync(token!.Account, token.Id, "operator@example.org", TestContext.Current.CancellationToken);

        Assert.Empty(await WalkAsync(program, key => AccessTable.ForPrograms(key) is { } row
            ? AccessTable.RefusalOf(row.Person, Walker.Stranger, isPage: false)
            : Elsewhere(key)));
    }

    // Of a tenant even what is for operators alone tells nobody else that the tenant is there.
    private static HttpStatusCode? RefusalOf(string key, Expected person, Walker walker) =>
        person == Expected.Operator && (walker is Walker.AdminOfAnotherTenant or Walker.MemberOfAnotherTenant) && key.Contains("{slug}", StringComparison.Ordinal)
            ? HttpStatusCode.NotFound
            : AccessTable.RefusalOf(person, walker, isPage: false);

    // Pages know no tokens: who has one is a stranger there.
    private static HttpStatusCode? Elsewhere(string key) => AccessTable.RefusalOf(AccessTable.Routes[key], Walker.Stranger, isPage: false);

    private async Task<List<string>> WalkAsync(Visitor program, Func<string, HttpStatusCode?> refusal)
    {
        var wrong = new List<string>();
        foreach (var route in WalkedRoutes.Of(portal))
            if (await route.AskAsync(program, isPage: false, refusal(route.Key)) is { } problem)
                wrong.Add(problem);
        return wrong;
    }
}
