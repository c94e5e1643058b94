using BackupPortal.Components.Formats;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Snapshots;
using static BackupPortal.Components.Backups.BackupsTexts;

namespace BackupPortal.Components.Backups;

/// <summary>How checks of backups are spoken of.</summary>
internal static class LevelText
{
    public static string Name(VerifyLevel level) => Texts[$"Level{level}"];

    /// <summary>What a check costs: data, room and time.</summary>
    /// <param name="expected">Null when nothing tells how long it will take.</param>
    public static string Cost(VerifyLevel level, long sizeBytes, TimeSpan? expected) => Texts[$"Level{level}Cost", SizeText.Format(sizeBytes), expected switch
    {
        null => Texts[level == VerifyLevel.Presence ? "TakesAMoment" : "TakesUnknown"],
        { TotalSeconds: < 1 } => Texts["TakesAMoment"],
        { } known => Texts["TakesAbout", DurationText.Format(TimeSpan.FromSeconds(Math.Ceiling(known.TotalSeconds)))],
    }];

    /// <summary>Level, time and length of a check in one line.</summary>
    public static string Line(SnapshotCheck check, DateTimeOffset now)
    {
        var when = Texts["CheckWhen", Name(check.Level), TimeText.Relative(check.AtUtc, now)];
        return check.Took is { } took ? $"{when} · {Took(took)}" : when;
    }

    public static string Took(TimeSpan took) => Texts["CheckTook", DurationText.Format(took)];
}
