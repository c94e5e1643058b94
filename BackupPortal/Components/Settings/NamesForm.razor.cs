using System.Globalization;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using Microsoft.AspNetCore.Components;

namespace BackupPortal.Components.Settings;

/// <summary>What a school's people call their tables, and columns where they want to.</summary>
public sealed partial class NamesForm
{
    private readonly Dictionary<(string Table, string? Column), string> typed = [];
    private readonly HashSet<string> opened = [];

    /// <summary>Null when live data cannot be read.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<TableDescription>? Tables { get; set; }

    /// <summary>As they are kept.</summary>
    [Parameter, EditorRequired]
    public FriendlyNames Names { get; set; } = FriendlyNames.None;

    /// <summary>What is wrong with those that were to be saved.</summary>
    [Parameter]
    public IReadOnlyList<(FriendlyName Name, Message Problem)> Problems { get; set; } = [];

    [Parameter]
    public bool IsSaved { get; set; }

    /// <summary>With the names of all tables, and of the columns that the person has opened.</summary>
    [Parameter, EditorRequired]
    public EventCallback<IReadOnlyCollection<FriendlyName>> OnSave { get; set; }

    [Parameter, EditorRequired]
    public EventCallback OnChange { get; set; }

    private string Typed(string table, string? column) => typed.GetValueOrDefault((table, column)) ?? Kept(table, column);

    private string Kept(string table, string? column) => (column is null ? Names.FindTable(table) : Names.FindColumn(table, column)) ?? "";

    private string? ProblemOf(string table, string? column) =>
        Problems.FirstOrDefault(one => one.Name.Table == table && one.Name.Column == column).Problem?.Format(CultureInfo.CurrentUICulture);

    private Task Type(string table, string? column, string? name)
    {
        typed[(table, column)] = name ?? "";
        return OnChange.InvokeAsync();
    }

    private void Toggle(string table)
    {
        // What was typed stays, whether it is seen or not.
        if (!opened.Remove(table))
            opened.Add(table);
    }

    private Task SaveAsync() => Tables is null ? Task.CompletedTask : OnSave.InvokeAsync(
    [
        .. Tables.Select(table => new FriendlyName(table.Name, null, Typed(table.Name, null))),
        .. Tables.Where(table => table.Columns.Any(column => opened.Contains(table.Name) || typed.ContainsKey((table.Name, column.Name))))
            .SelectMany(table => table.Columns.Select(column => new FriendlyName(table.Name, column.Name, Typed(table.Name, column.Name)))),
    ]);
}
