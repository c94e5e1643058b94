using BackupPortal.Components.Retrievals;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Retrieval;
using BackupPortal.Tests.Sources;
using Bunit;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components;

public sealed class BringBackPageTests
{
    private const string Students =
        """
        CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE, remark TEXT);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) INSERT INTO students SELECT i, 'Student ' || i, i || '@example.org', 'none' FROM n;
        """;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Pick_RowsOnTwoPagesAndByASearch_BringsJustTheseBack()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = await OpenAsync(portal, "DELETE FROM students WHERE id <= 45");

        await page.PressAsync(".row-picker .card-header button");
        page.WaitForAssertion(() => Assert.Equal(20, page.FindAll(".row-picks input").Count), Bound);
        Assert.Equal("id: 1 · Student 1 · 1@example.org", Words(page, ".row-picks label"));
        await CheckAsync(page, ".row-picks input");
        await page.PressAsync(".row-picker .pager button:last-child");
        page.WaitForAssertion(() => Assert.StartsWith("id: 21 ", Words(page, ".row-picks label"), StringComparison.Ordinal), Bound);
        await CheckAsync(page, ".row-picks input");
        await SearchAsync(page, "Student 33");
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".row-picks input")), Bound);
        await CheckAsync(page, ".row-picks input");

        Assert.Contains("3 rows picked", Words(page, ".row-picker [role=status]"), StringComparison.Ordinal);
        var wanted = await ConfirmAsync(portal, page);
        Assert.Equal(["1", "21", "33"], Assert.Single(wanted.Picked).Rows);
    }

    [Fact]
    public async Task Pick_All_PicksWhatTheSearchFindsAndNoneForgetsIt()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = await OpenAsync(portal, "DELETE FROM students WHERE id <= 45");
        await SearchAsync(page, "Student 3");
        await page.PressAsync(".row-picker .card-header button");
        page.WaitForAssertion(() => Assert.Equal("Pick all 11", Words(page, ".row-picks-foot button")), Bound);

        await page.PressAsync(".row-picks-foot button");
        page.WaitForAssertion(() => Assert.Contains("11 rows picked", Words(page, ".row-picker [role=status]"), StringComparison.Ordinal), Bound);
        Assert.All(page.FindAll(".row-picks input"), static box => Assert.True(box.HasAttribute("checked")));

        await page.PressAsync(".row-picks-foot button:nth-child(2)");
        Assert.All(page.FindAll(".row-picks input"), static box => Assert.False(box.HasAttribute("checked")));
        Assert.True(page.Find("button[type=submit]").HasAttribute("disabled"));

        await page.PressAsync(".row-picker .card-header button");
        Assert.False(page.Find("button[type=submit]").HasAttribute("disabled"));
        Assert.Contains("all rows that fit", Words(page, ".row-picker [role=status]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pick_RowsThatHaveChanged_AreShownWithBothValuesAndForgottenWhenTheyAreToStay()
    {
        using var reader = Reader.Of("de");
        await using var portal = await PageFixture.CreateAsync();
        var page = await OpenAsync(portal, "DELETE FROM students WHERE id = 7; UPDATE students SET remark = 'since' WHERE id = 9");
        await page.PressAsync(".row-picker .card-header button");
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".row-picks input")), Bound);

        await page.EnterAsync("#mode-replace", "on");
        page.WaitForAssertion(() => Assert.Equal(2, page.FindAll(".row-picks input").Count), Bound);
        Assert.Equal("remark: since → wird zu none", string.Join(' ', page.FindAll(".row-picks .change")[0].TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)));
        await CheckAsync(page, "#" + page.FindAll(".row-picks input")[1].Id);
        Assert.Contains("1 Zeile ausgewählt", Words(page, ".row-picker [role=status]"), StringComparison.Ordinal);

        await page.EnterAsync("#mode-missing", "on");
        page.WaitForAssertion(() => Assert.Single(page.FindAll(".row-picks input")), Bound);
        Assert.Contains("0 Zeilen ausgewählt", Words(page, ".row-picker [role=status]"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pick_MoreThanCanBePicked_IsNotOfferedAndSaidWhy()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = await OpenAsync(portal, "DELETE FROM students");

        await page.PressAsync(".row-picker .card-header button");

        page.WaitForAssertion(() => Assert.Contains("At most 1,000 rows", page.Find(".row-picker > p").TextContent, StringComparison.Ordinal), Bound);
        Assert.Equal("Pick none", Words(page, ".row-picks-foot button"));
    }

    [Fact]
    public async Task Pick_RoleTakenAway_ShowsNoRows()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var page = await OpenAsync(portal, "DELETE FROM students WHERE id <= 45");
        await portal.DemoteAsync();

        await page.PressAsync(".row-picker .card-header button");

        page.WaitForAssertion(() => Assert.Contains("may no longer do this", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Empty(page.FindAll(".row-picks"));
    }

    private static async Task<IRenderedComponent<BringBackPage>> OpenAsync(PageFixture portal, string change)
    {
        TestDatabase.Execute(portal.Tenant.DatabasePath, Students);
        var snapshot = (await portal.BackUpAsync()).Snapshot!;
        TestDatabase.Execute(portal.Tenant.DatabasePath, change);
        var page = portal.Open<BringBackPage>(("Snapshot", snapshot.Value));
        page.WaitForAssertion(() => page.Find(".options input"), Bound);
        await CheckAsync(page, ".options input");
        return page;
    }

    private static async Task<RetrievalArguments> ConfirmAsync(PageFixture portal, IRenderedComponent<BringBackPage> page)
    {
        await page.SendAsync();
        page.WaitForAssertion(() => page.Find("section.card button.primary"), Bound);
        await page.PressAsync("section.card button.primary");
        page.WaitForAssertion(() => Assert.Contains("/operations/", portal.Get<Microsoft.AspNetCore.Components.NavigationManager>().Uri, StringComparison.Ordinal), Bound);
        return RetrievalArguments.FromJson((await portal.Get<OperationHistory>().ListAsync(portal.Tenant.Id, 1, Token)).Single().Arguments);
    }

    private static Task CheckAsync(IRenderedComponent<BringBackPage> page, string box) => page.EnterAsync(box, true);

    private static async Task SearchAsync(IRenderedComponent<BringBackPage> page, string text)
    {
        await page.TypeAsync("#bring-back-search", text);
        await page.EnterAsync("#bring-back-search", text);
    }

    private static string Words(IRenderedComponent<BringBackPage> page, string selector) =>
        string.Join(' ', page.Find(selector).TextContent.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
