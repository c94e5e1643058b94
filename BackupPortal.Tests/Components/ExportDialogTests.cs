using BackupPortal.Components.Copies;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Export;
using BackupPortal.Core.Operations;
using Bunit;
using TestContext = Xunit.TestContext;

namespace BackupPortal.Tests.Components;

public sealed class ExportDialogTests : BunitContext
{
    private const string Passphrase = "four words are enough";

    private static readonly SnapshotSummary Asked = Known.Snapshot(Known.Now.AddHours(-3), note: "before the exams");
    private static readonly SnapshotSummary Older = Known.Snapshot(Known.Now.AddDays(-3));
    private readonly List<ExportWish?> answers = [];

    [Fact]
    public async Task Submit_AtOnce_AsksForAZipToDownload()
    {
        var dialog = RenderDialog([Asked]);

        await dialog.SendAsync();

        Assert.Equal(new ExportWish(Asked.Id, ExportFormat.Zip, CopyPlaces.Downloads, null), Assert.Single(answers));
    }

    [Theory]
    [InlineData("#format-postgressql", ExportFormat.PostgresSql)]
    [InlineData("#format-csv", ExportFormat.Csv)]
    public async Task Submit_AnotherFormatAfterAPassphrase_AsksForThatWithoutOne(string choice, ExportFormat expected)
    {
        var dialog = RenderDialog([Asked]);
        await ProtectAsync(dialog, Passphrase, Passphrase);

        await dialog.EnterAsync(choice, "on");
        Assert.Empty(dialog.FindAll("#export-passphrase"));
        await dialog.SendAsync();

        Assert.Equal(new ExportWish(Asked.Id, expected, CopyPlaces.Downloads, null), Assert.Single(answers));
    }

    [Fact]
    public async Task Submit_LocalCopyOfAnOlderBackup_AsksForItInItsPlace()
    {
        var dialog = RenderDialog([Asked, Older], [CopyPlaces.Own, "disk"]);

        await dialog.EnterAsync("#export-backup", Older.Id.Value);
        await dialog.EnterAsync("#export-place", "disk");
        await ProtectAsync(dialog, Passphrase, Passphrase);
        await dialog.SendAsync();

        Assert.Equal(new ExportWish(Older.Id, ExportFormat.Zip, "disk", Passphrase), Assert.Single(answers));
        Assert.DoesNotContain(Passphrase, answers[0]!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("en", "short", "short", "at least 12 characters")]
    [InlineData("en", Passphrase, Passphrase + " ", "not the same")]
    [InlineData("de", Passphrase, "", "nicht gleich")]
    public async Task Submit_PassphraseThatWillNotDo_IsToldAndNothingIsAsked(string language, string passphrase, string again, string told)
    {
        using var reader = Reader.Of(language);
        var dialog = RenderDialog([Asked]);

        await ProtectAsync(dialog, passphrase, again);
        await dialog.SendAsync();

        Assert.Empty(answers);
        Assert.Contains(told, dialog.Find("[role=alert]").TextContent, StringComparison.Ordinal);
        Assert.Equal("true", dialog.Find("#export-again").GetAttribute("aria-invalid"));
    }

    [Fact]
    public async Task Delete_RoleTakenAwayWhileAsked_KeepsTheFile()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        Directory.CreateDirectory(portal.Tenant.Home.Copies);
        var file = Path.Combine(portal.Tenant.Home.Copies, "goethe.zip");
        await File.WriteAllTextAsync(file, "a copy", TestContext.Current.CancellationToken);
        var dialogs = portal.OpenDialogs();
        var page = portal.Open<CopiesPage>();

        await page.PressAsync("td.actions button:last-of-type");
        await portal.DemoteAsync();
        await dialogs.SendAsync();
        page.WaitForAssertion(() => Assert.Contains("may no longer do this", page.Find("[role=alert]").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));

        Assert.True(File.Exists(file));
    }

    [Fact]
    public async Task Delete_Confirmed_DeletesTheFileAndShowsTheEmptyPage()
    {
        using var reader = Reader.Of("en");
        await using var portal = await PageFixture.CreateAsync();
        await portal.BackUpAsync();
        Directory.CreateDirectory(portal.Tenant.Home.Copies);
        await File.WriteAllTextAsync(Path.Combine(portal.Tenant.Home.Copies, "goethe.zip"), "a copy", TestContext.Current.CancellationToken);
        var dialogs = portal.OpenDialogs();
        var page = portal.Open<CopiesPage>();
        page.WaitForAssertion(() => Assert.Contains("Not made here", page.Find("tbody").TextContent, StringComparison.Ordinal), TimeSpan.FromSeconds(20));

        await page.PressAsync("td.actions button:last-of-type");
        await dialogs.SendAsync();
        page.WaitForAssertion(() => Assert.Contains("No local copies yet", page.Markup, StringComparison.Ordinal), TimeSpan.FromSeconds(20));

        Assert.Empty(Directory.GetFiles(portal.Tenant.Home.Copies));
        Assert.Empty(await portal.Get<OperationHistory>().ListAsync(portal.Tenant.Id, 10, TestContext.Current.CancellationToken));
    }

    private static async Task ProtectAsync(IRenderedComponent<ExportDialog> dialog, string passphrase, string again)
    {
        await dialog.EnterAsync("input[type=checkbox]", true);
        await dialog.TypeAsync("#export-passphrase", passphrase);
        await dialog.TypeAsync("#export-again", again);
    }

    private IRenderedComponent<ExportDialog> RenderDialog(IReadOnlyList<SnapshotSummary> snapshots, IReadOnlyList<string>? places = null) =>
        Render<ExportDialog>(parameters => parameters
            .Add(one => one.Snapshots, snapshots)
            .Add(one => one.Places, places ?? [])
            .Add(one => one.Now, Known.Now)
            .Add(one => one.Zone, Known.Berlin)
            .Add(one => one.OnAnswer, answer => answers.Add(answer)));
}
