using BackupPortal.Components.Comparisons;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Tests.Sources;
using Bunit;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components;

public sealed class ComparePageTests
{
    private const string Students =
        """
        CREATE TABLE students (phone TEXT, remark TEXT, id INTEGER PRIMARY KEY, name TEXT, photo BLOB);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO students SELECT '0' || i, 'none', i, 'Student ' || i, zeroblob(40) FROM n;
        """;

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("en", "Come back: 120 students", "Become again what they were: 2 students", "Came later and disappear: 1 of “students”, 1 file")]
    [InlineData("de", "Kommen zurück: 120 students", "Werden wieder, wie sie waren: 2 students", "Kamen später dazu und verschwinden: 1 aus „students“, 1 Datei")]
    public async Task Open_WithNow_TellsInThreeLinesWhatWouldHappen(string language, params string[] lines)
    {
        using var reader = Reader.Of(language);
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);

        var page = Open(portal, snapshot, "?with=now");

        page.WaitForAssertion(() => Assert.Equal(lines, page.FindAll(".digest li").Select(Words)), Bound);
        Assert.Equal(3, page.FindAll($".changes a[href^='/t/goethe/backups/{snapshot}/compare?with=now&table=students&show=']").Count);
        Assert.Equal($"/t/goethe/backups/{snapshot}/bring-back", page.Find(".digest + p a").GetAttribute("href"));
        Assert.Empty(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Open_RowsThatRevert_ShowsTellingColumnsFirstAndEachChangeInWords()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);

        var page = Open(portal, snapshot, "?with=now&table=students&show=revert");

        page.WaitForAssertion(() => page.Find("table"), Bound);
        Assert.Equal(["id", "name", "phone", "photo"], page.FindAll("th").Select(Words));
        Assert.Equal(["5", "Student 5", "+49 5 → becomes 05", "Binary data, 40\u00a0B → becomes (changes further on)"], page.FindAll("tbody tr")[0].QuerySelectorAll("td").Select(Words));
        Assert.Equal(["del", "ins"], page.FindAll("tbody tr")[0].QuerySelectorAll("td.changed del, td.changed ins").Select(one => one.LocalName).Take(2));
        Assert.Equal("2 revert", Words(page.Find(".kinds [aria-current=page]")));

        portal.GoTo($"/t/goethe/backups/{snapshot}/compare?with=now&table=students&show=revert&all=true");

        page.WaitForAssertion(() => Assert.Equal(["id", "name", "phone", "remark", "photo"], page.FindAll("th").Select(Words)), Bound);
    }

    [Fact]
    public async Task Open_ManyRows_ArePagedWithoutComparingAgain()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);
        var page = Open(portal, snapshot, "?with=now&table=students&show=comeback&page=3");
        page.WaitForAssertion(() => Assert.Equal(20, page.FindAll("tbody tr").Count), Bound);
        Assert.Equal("Page 3 of 3", Words(page.Find(".pager [aria-current]")));

        TestDatabase.Execute(portal.Tenant.DatabasePath, "DELETE FROM students");
        portal.GoTo(page.Find(".pager a").GetAttribute("href")!);

        page.WaitForAssertion(() => Assert.Equal("Page 2 of 3", Words(page.Find(".pager [aria-current]"))), Bound);
        Assert.Equal(50, page.FindAll("tbody tr").Count);
    }

    [Fact]
    public async Task Open_FilesThatDisappear_ListsThem()
    {
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);

        var page = Open(portal, snapshot, "?with=now&files=true&show=disappear");

        page.WaitForAssertion(() => Assert.Equal(["letters/new.txt"], page.FindAll(".paths li").Select(Words)), Bound);
    }

    [Fact]
    public async Task Open_WithAnotherBackup_TellsOfThatState()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);
        var second = (await portal.BackUpAsync()).Snapshot!;
        TestDatabase.Execute(portal.Tenant.DatabasePath, "DROP TABLE students");

        var page = Open(portal, second, $"?with={snapshot}");

        page.WaitForAssertion(() => Assert.Equal("Come back: 1 of “students”, 1 file", Words(page.FindAll(".digest li")[0])), Bound);
        // That goes by the data of now.
        Assert.Empty(page.FindAll("a[href$=bring-back]"));
        Assert.Equal(snapshot.Value, page.Find("#with").GetAttribute("value"));
    }

    [Fact]
    public async Task Open_NothingChanged_SaysThatNothingWould()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        TestDatabase.Execute(portal.Tenant.DatabasePath, Students);
        var snapshot = (await portal.BackUpAsync()).Snapshot!;

        var page = Open(portal, snapshot, "?with=now");

        page.WaitForAssertion(() => Assert.Contains("Nothing would change", page.Find(".notice-good").TextContent, StringComparison.Ordinal), Bound);
    }

    [Fact]
    public async Task Open_WithoutAChoice_ComparesNothingAndOffersEveryOtherBackup()
    {
        await using var portal = await PageFixture.CreateAsync();
        var first = (await portal.BackUpAsync("first")).Snapshot!;
        var second = (await portal.BackUpAsync("second")).Snapshot!;

        var page = Open(portal, first, "");

        page.WaitForAssertion(() => Assert.Equal(["now", second.Value], page.FindAll("#with option").Select(one => one.GetAttribute("value"))), Bound);
        Assert.Single(page.FindAll("button.primary"));
        Assert.Empty(page.FindAll(".card"));
    }

    [Theory]
    [InlineData("20260101t000000z-00000000", "?with=now")]
    [InlineData(null, "?with=20260101t000000z-00000000")]
    [InlineData(null, "?with=nonsense")]
    public async Task Open_BackupThatDoesNotExist_SaysSo(string? snapshot, string query)
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var there = (await portal.BackUpAsync()).Snapshot!;

        var page = Open(portal, snapshot is null ? there : SnapshotId.Parse(snapshot), query);

        page.WaitForAssertion(() => Assert.Equal("This backup does not exist", Words(page.Find("h1"))), Bound);
        Assert.Empty(page.FindAll(".card"));
    }

    [Fact]
    public async Task Open_TableThatDoesNotDiffer_LeadsToTheSummary()
    {
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);

        var page = Open(portal, snapshot, "?with=now&table=nothing&show=revert");

        page.WaitForAssertion(() => page.Find(".digest"), Bound);
    }

    [Fact]
    public async Task Open_LiveDataCannotBeRead_SaysWhyAndOffersToTryAgain()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);
        File.Delete(portal.Tenant.DatabasePath);

        var page = Open(portal, snapshot, "?with=now");

        page.WaitForAssertion(() => Assert.Contains("did not come to an end", page.Find(".notice-info").TextContent, StringComparison.Ordinal), Bound);
        Assert.Single(page.FindAll("[role=alert]"));
    }

    [Fact]
    public async Task Open_OthersAreCompared_SaysThatItWaitsAndCanBeCancelled()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(configure: static services => services.Configure<ComparisonOptions>(static options => options.Parallelism = 1));
        var snapshot = await BackUpChangedAsync(portal);
        using var goOn = new ManualResetEventSlim();
        var isAtWork = new TaskCompletionSource();
        var other = Task.Run(() => portal.Get<StateComparer>().RunAsync(
            portal.Tenant, snapshot, null,
            _ =>
            {
                isAtWork.TrySetResult();
                goOn.Wait(Token);
            },
            Token));
        await isAtWork.Task;

        var page = Open(portal, snapshot, "?with=now");
        page.WaitForAssertion(() => Assert.Contains("Waiting", page.Find("[role=status]").TextContent, StringComparison.Ordinal), Bound);
        await page.PressAsync(".card button");

        page.WaitForAssertion(() => Assert.Contains("was cancelled", page.Find(".notice-info").TextContent, StringComparison.Ordinal), Bound);
        goOn.Set();
        (await other).Dispose();
        await page.PressAsync(".notice-info button");
        page.WaitForAssertion(() => page.Find(".digest"), Bound);
    }

    [Fact]
    public async Task Open_NobodyLooksForAWhile_GivesTheListsBackAndOffersToCompareAgain()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync(configure: static services => services.Configure<ComparisonOptions>(static options => options.LongestIdle = TimeSpan.FromSeconds(1)));
        var snapshot = await BackUpChangedAsync(portal);

        var page = Open(portal, snapshot, "?with=now");

        page.WaitForAssertion(() => Assert.Contains("no longer kept", page.Find(".notice-info").TextContent, StringComparison.Ordinal), Bound);
        // What was told stays; the lists come anew.
        Assert.NotEmpty(page.FindAll(".digest li"));
        portal.GoTo($"/t/goethe/backups/{snapshot}/compare?with=now&table=students&show=revert");
        page.WaitForAssertion(() => Assert.Empty(page.FindAll(".digest")), Bound);
        Assert.Empty(page.FindAll("table"));
        await page.PressAsync(".notice-info button");
        page.WaitForAssertion(() => page.Find("table"), Bound);
    }

    [Fact]
    public async Task Open_RoleTakenAway_ComparesNothing()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);
        await portal.DemoteAsync();

        var page = Open(portal, snapshot, "?with=now");

        page.WaitForAssertion(() => Assert.Contains("may no longer do this", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), Bound);
        Assert.Empty(page.FindAll(".digest"));
    }

    [Fact]
    public async Task RestoreEnds_AfterAComparisonWithNow_SaysThatTheDataHasChanged()
    {
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);
        var page = Open(portal, snapshot, "?with=now");
        page.WaitForAssertion(() => page.Find(".digest"), Bound);

        portal.Get<OperationFeed>().Publish(Known.Operation(OperationState.Succeeded, tenant: portal.Tenant.Id) with { Kind = OperationKind.Restore });

        page.WaitForAssertion(() => page.Find(".notice-warning[role=status]"), Bound);
    }

    [Fact]
    public async Task PageGoes_WhileAndAfterComparing_LeavesNothingBehind()
    {
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);
        var page = Open(portal, snapshot, "?with=now");
        page.WaitForAssertion(() => page.Find(".digest"), Bound);
        var another = Open(portal, snapshot, "?with=now");

        await another.Instance.DisposeAsync();
        await page.Instance.DisposeAsync();

        Assert.Empty(Directory.GetFileSystemEntries(portal.Tenant.Home.Scratch, "compare*"));
        Assert.Empty(Directory.GetFileSystemEntries(portal.Tenant.Home.Scratch, "differences*"));
        using var gate = await portal.Get<LiveDatabases>().CloseAsync(portal.Tenant.Id, TimeSpan.Zero, Token);
        Assert.True(gate.IsClear);
    }

    [Fact]
    public async Task Open_FriendlyNames_AreShownBesideTheRealOnes()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        var snapshot = await BackUpChangedAsync(portal);
        await portal.Get<FriendlyNameStore>().SaveAsync(portal.Tenant.Id, [new("students", null, "Schüler"), new("students", "phone", "Telefon")], "anna", Token);

        var page = Open(portal, snapshot, "?with=now");
        page.WaitForAssertion(() => Assert.Equal("Come back: 120 Schüler", Words(page.FindAll(".digest li")[0])), Bound);
        Assert.Contains("Telefon: +49 5 → becomes 05", Words(page.Find(".changes")), StringComparison.Ordinal);
        portal.GoTo($"/t/goethe/backups/{snapshot}/compare?with=now&table=students&show=revert");

        page.WaitForAssertion(() => Assert.Equal(["id", "name", "Telefon phone", "photo"], page.FindAll("th").Select(Words)), Bound);
        Assert.Equal("Schüler", Words(page.Find("h1")));
        Assert.Contains("stored as students", page.Find(".lead").TextContent, StringComparison.Ordinal);
    }

    /// <summary>A backup, after which 120 students were deleted, two changed and one added, and a file as well.</summary>
    private static async Task<SnapshotId> BackUpChangedAsync(PageFixture portal)
    {
        TestDatabase.Execute(portal.Tenant.DatabasePath, Students);
        var snapshot = (await portal.BackUpAsync("before")).Snapshot!;
        TestDatabase.Execute(
            portal.Tenant.DatabasePath,
            """
            DELETE FROM students WHERE id > 180;
            UPDATE students SET phone = '+49 5', photo = CAST(zeroblob(39) || x'01' AS BLOB) WHERE id = 5;
            UPDATE students SET phone = NULL WHERE id = 6;
            INSERT INTO students(id, name) VALUES (1000, 'New');
            """);
        Directory.CreateDirectory(Path.Combine(portal.Tenant.FilesPath, "letters"));
        await File.WriteAllTextAsync(Path.Combine(portal.Tenant.FilesPath, "letters/new.txt"), "new", Token);
        return snapshot;
    }

    private static IRenderedComponent<ComparePage> Open(PageFixture portal, SnapshotId snapshot, string query)
    {
        portal.GoTo($"/t/goethe/backups/{snapshot}/compare{query}");
        return portal.Open<ComparePage>(("Snapshot", snapshot.Value));
    }

    private static string Words(AngleSharp.Dom.IElement element) => string.Join(' ', element.TextContent.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
