using System.Globalization;
using static BackupPortal.Components.Formats.FormatsTexts;

namespace BackupPortal.Components.Formats;

/// <summary>Lengths of time for people: the two largest units that matter.</summary>
internal static class DurationText
{
    public static string Format(TimeSpan duration)
    {
        var span = duration < TimeSpan.Zero ? TimeSpan.Zero : duration;
        if (span < TimeSpan.FromSeconds(1))
            return Texts["Milliseconds", Math.Floor(span.TotalMilliseconds)];
        if (span < TimeSpan.FromSeconds(9.95))
            return Texts["Seconds", span.TotalSeconds.ToString("0.#", CultureInfo.CurrentCulture)];
        var whole = TimeSpan.FromSeconds(Math.Round(span.TotalSeconds));
        return whole switch
        {
            { TotalMinutes: < 1 } => Texts["Seconds", whole.Seconds],
            { TotalHours: < 1 } => Texts["MinutesSeconds", whole.Minutes, whole.Seconds],
            { TotalDays: < 1 } => Texts["HoursMinutes", whole.Hours, whole.Minutes],
            _ => Texts["DaysHours", whole.Days, whole.Hours],
        };
    }
}
