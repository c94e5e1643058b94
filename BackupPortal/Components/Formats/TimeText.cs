using System.Globalization;
using static BackupPortal.Components.Formats.FormatsTexts;

namespace BackupPortal.Components.Formats;

/// <summary>Points in time for people: always in a school's time zone, 24 hours, with the month as a word where numbers could be mixed up.</summary>
internal static class TimeText
{
    /// <summary>Date and time, for example <c>20 Nov 2026, 14:02</c>.</summary>
    public static string Absolute(DateTimeOffset instant, TimeZoneInfo zone) => Texts["At", Date(instant, zone), Clock(instant, zone)];

    public static string Date(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString(Texts["DateFormat"], CultureInfo.CurrentCulture);

    /// <summary>Day of week and date without year, for axes.</summary>
    public static string Day(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString(Texts["DayFormat"], CultureInfo.CurrentCulture);

    public static string Clock(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString("HH:mm", CultureInfo.InvariantCulture);

    /// <summary>With seconds, for logs.</summary>
    public static string ClockWithSeconds(DateTimeOffset instant, TimeZoneInfo zone) =>
        TimeZoneInfo.ConvertTime(instant, zone).ToString("HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>As one would say it within a sentence: <c>today 02:00</c>, <c>tomorrow 02:00</c>, or date and time when it is further away.</summary>
    public static string Near(DateTimeOffset instant, DateTimeOffset now, TimeZoneInfo zone)
    {
        var days = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, zone).DateTime).DayNumber
            - DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime).DayNumber;
        var key = days switch { 0 => "Today", -1 => "Yesterday", 1 => "Tomorrow", _ => null };
        return key is null ? Absolute(instant, zone) : Texts[key, Clock(instant, zone)];
    }

    /// <summary>How long ago, or how soon: <c>5 minutes ago</c>, <c>in 3 hours</c>.</summary>
    public static string Relative(DateTimeOffset instant, DateTimeOffset now)
    {
        var direction = instant <= now ? "Ago" : "In";
        var distance = (now - instant).Duration();
        return distance switch
        {
            { TotalSeconds: < 45 } => Texts[instant <= now ? "JustNow" : "Soon"],
            { TotalMinutes: < 59.5 } => Texts.Count($"{direction}Minutes", (long)Math.Max(1, Math.Round(distance.TotalMinutes))),
            { TotalHours: < 23.5 } => Texts.Count($"{direction}Hours", (long)Math.Round(distance.TotalHours)),
            { TotalDays: < 45 } => Texts.Count($"{direction}Days", (long)Math.Max(1, Math.Round(distance.TotalDays))),
            { TotalDays: < 330 } => Texts.Count($"{direction}Months", (long)Math.Max(1, Math.Round(distance.TotalDays / 30.4))),
            _ => Texts.Count($"{direction}Years", (long)Math.Max(1, Math.Round(distance.TotalDays / 365.25))),
        };
    }
}
