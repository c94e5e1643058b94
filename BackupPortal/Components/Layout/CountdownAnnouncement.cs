using BackupPortal.Components.Formats;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using static BackupPortal.Components.Layout.LayoutTexts;

namespace BackupPortal.Components.Layout;

/// <summary>What a screen reader is told of a countdown: that it has begun, a few times how long it still takes, and that it was called off; not every second.</summary>
/// <param name="Operation">Null once it was called off.</param>
/// <param name="Mark">The last of the marks that was passed.</param>
internal sealed record CountdownAnnouncement(OperationId? Operation, TimeSpan Mark, string Text)
{
    private static readonly TimeSpan[] s_marks = [.. new[] { 300, 120, 60, 30, 10 }.Select(static seconds => TimeSpan.FromSeconds(seconds))];

    /// <param name="isAdmin">Admins are not kept out themselves.</param>
    public static string TitleOf(TimeSpan left, bool isAdmin)
    {
        var who = isAdmin ? "Admin" : "";
        return left > TimeSpan.Zero ? Texts[$"CountdownTitle{who}", DurationText.Format(left)] : Texts[$"CountdownTitleNow{who}"];
    }

    /// <param name="announced">Null when nothing is announced (any more).</param>
    /// <returns><paramref name="last"/> itself when there is nothing new to say.</returns>
    public static CountdownAnnouncement? Next(CountdownAnnouncement? last, MaintenanceAnnouncement? announced, TimeSpan left, bool isAdmin)
    {
        if (announced is null)
            return last is { Operation: not null } ? new CountdownAnnouncement(null, TimeSpan.Zero, Texts["CountdownCalledOff"]) : last;
        var mark = s_marks.LastOrDefault(one => left <= one, TimeSpan.MaxValue);
        if (last?.Operation != announced.Operation)
            return new CountdownAnnouncement(announced.Operation, mark, $"{TitleOf(left, isAdmin)}. {Texts[isAdmin ? "CountdownTextAdmin" : "CountdownText"]}");
        return mark < last.Mark ? new CountdownAnnouncement(announced.Operation, mark, TitleOf(left, isAdmin)) : last;
    }
}
