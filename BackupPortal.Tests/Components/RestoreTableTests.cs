using BackupPortal.Components.Restores;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using Bunit;

namespace BackupPortal.Tests.Components;

public sealed class RestoreTableTests : BunitContext
{
    private readonly List<PastRestore> undone = [];

    [Theory]
    [InlineData(OperationKind.Restore, OperationState.Succeeded, true, "Undo no longer possible")]
    [InlineData(OperationKind.Restore, OperationState.Succeeded, false, "Cannot be undone")]
    [InlineData(OperationKind.Undo, OperationState.Succeeded, false, "Cannot be undone")]
    [InlineData(OperationKind.Retrieve, OperationState.Succeeded, true, "Undo no longer possible")]
    [InlineData(OperationKind.Retrieve, OperationState.Succeeded, false, "Nothing was changed")]
    [InlineData(OperationKind.Restore, OperationState.Failed, false, "")]
    public void Row_ThatCannotBeUndone_SaysWhy(OperationKind kind, OperationState state, bool hadSafetyCopy, string expected)
    {
        using var reader = Reader.Of("en");

        var table = RenderTable(Past(kind, state, hadSafetyCopy, undoUntil: null));

        Assert.Equal(expected, table.Find("td.actions").TextContent.Trim());
    }

    [Fact]
    public async Task Undo_OfARowThatCanBeUndone_SaysUntilWhenAndAsks()
    {
        using var reader = Reader.Of("de");
        var past = Past(OperationKind.Restore, OperationState.Succeeded, hadSafetyCopy: true, Known.Now.AddDays(7));
        var table = RenderTable(past);

        await table.PressAsync("td.actions button");

        Assert.Equal([past], undone);
        Assert.Equal("bis 27.11.2026, 13:00 Uhr", table.Find("td.actions small").TextContent);
    }

    private static PastRestore Past(OperationKind kind, OperationState state, bool hadSafetyCopy, DateTimeOffset? undoUntil) =>
        new(Known.Operation(state) with { Kind = kind }, SnapshotId.Create(Known.Now.AddDays(-1)), hadSafetyCopy ? SnapshotId.Create(Known.Now) : null, null, undoUntil);

    private IRenderedComponent<RestoreTable> RenderTable(PastRestore past) => Render<RestoreTable>(parameters => parameters
        .Add(one => one.Restores, [past])
        .Add(one => one.Slug, Known.Tenant.Slug)
        .Add(one => one.Now, Known.Now)
        .Add(one => one.Zone, Known.Berlin)
        .Add(one => one.OnUndo, undone.Add));
}
