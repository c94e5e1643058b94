using BackupPortal.Components.Restores;
using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using Bunit;

namespace BackupPortal.Tests.Components;

public sealed class NewSchoolDialogTests : BunitContext
{
    private readonly List<Confirmed?> answers = [];
    private readonly List<(string Slug, string Name)> asked = [];

    [Fact]
    public async Task Submit_FreeShortName_AsksWithoutSpacesAroundAndAnswers()
    {
        var dialog = RenderDialog();

        await dialog.EnterAsync("#new-school-slug", " last-month ");
        await dialog.SendAsync();

        Assert.Equal([("last-month", "Goethe-Gymnasium (19.11.2026)")], asked);
        Assert.NotNull(Assert.Single(answers));
    }

    [Fact]
    public async Task Submit_SeveralProblems_StandBesideTheirFieldsAndGoWithTheNextTry()
    {
        using var reader = Reader.Of("en");
        InvalidTenantException? refused = new(
        [
            (nameof(NewTenant.Slug), new Message("Catalog", "SlugTaken", "goethe")),
            (nameof(NewTenant.DatabasePath), new Message("Catalog", "DatabaseUsedBy", "/data/app.db", "goethe")),
            (nameof(NewTenant.Name), new Message("Catalog", "NameInvalid")),
        ]);
        var dialog = RenderDialog(() => refused is null ? Task.CompletedTask : throw refused);

        await dialog.EnterAsync("#new-school-slug", "goethe");
        await dialog.SendAsync();
        var (slug, name) = (Problem(dialog, "slug"), Problem(dialog, "name"));
        var invalid = dialog.FindAll("[aria-invalid=true]").Select(static input => input.Id);
        refused = null;
        await dialog.EnterAsync("#new-school-slug", "last-month");
        await dialog.SendAsync();

        Assert.Contains("already a school with the short name \"goethe\"", slug, StringComparison.Ordinal);
        Assert.DoesNotContain("app.db", slug, StringComparison.Ordinal);
        Assert.NotEmpty(name);
        Assert.Equal(["new-school-slug", "new-school-name"], invalid);
        Assert.Equal(("", ""), (Problem(dialog, "slug"), Problem(dialog, "name")));
        Assert.Single(answers);
    }

    [Fact]
    public async Task Submit_FolderOfTheShortNameIsTaken_StandsBesideTheShortName()
    {
        using var reader = Reader.Of("en");
        var dialog = RenderDialog(() => throw new InvalidTenantException([(nameof(NewTenant.FilesPath), new Message("Catalog", "FilesUsedBy", "/data/files", "goethe"))]));

        await dialog.EnterAsync("#new-school-slug", "last-month");
        await dialog.SendAsync();

        Assert.Contains("/data/files", Problem(dialog, "slug"), StringComparison.Ordinal);
        Assert.Empty(answers);
    }

    [Fact]
    public async Task Submit_RefusedAsAWhole_TellsWhyAndCanBeTriedAgain()
    {
        using var reader = Reader.Of("en");
        var dialog = RenderDialog(() => throw new PortalException(new Message("Restore", "NothingToUndo"), new Message("Restore", "NothingToUndoHint")));

        await dialog.EnterAsync("#new-school-slug", "last-month");
        await dialog.SendAsync();

        Assert.NotNull(dialog.Find(".notice-bad[role=alert]"));
        Assert.False(dialog.Find("button[type=submit]").HasAttribute("disabled"));
        Assert.Empty(answers);
    }

    [Fact]
    public async Task Cancel_AsksForNothing()
    {
        var dialog = RenderDialog();

        await dialog.PressAsync("button[type=button]");

        Assert.Null(Assert.Single(answers));
        Assert.Empty(asked);
    }

    private static string Problem(IRenderedComponent<NewSchoolDialog> dialog, string field) => dialog.Find($"#new-school-{field}-error").TextContent.Trim();

    private IRenderedComponent<NewSchoolDialog> RenderDialog(Func<Task>? make = null) => Render<NewSchoolDialog>(parameters => parameters
        .Add(one => one.Name, "Goethe-Gymnasium (19.11.2026)")
        .Add(one => one.Make, async (slug, name) =>
        {
            asked.Add((slug, name));
            await (make?.Invoke() ?? Task.CompletedTask);
        })
        .Add(one => one.OnAnswer, answers.Add));
}
