using System.Globalization;

namespace BackupPortal.Core.Demo;

/// <summary>When there is school. School years begin in September; the newest one is always the same, so that the data never depends on today.</summary>
internal static class DemoCalendar
{
    public const int DaysPerYear = 190;

    private const int NewestYear = 2025;

    /// <summary>The school days of each of the last <paramref name="years"/> years, oldest first.</summary>
    public static IReadOnlyList<SchoolYear> Years(int years) =>
        [.. Enumerable.Range(NewestYear - years + 1, years).Select(year => new SchoolYear(NameOf(year), DaysFrom(new DateOnly(year, 9, 8)).Take(DaysPerYear).ToArray()))];

    public static DateOnly NextSchoolDay(DateOnly after) => DaysFrom(after.AddDays(1)).First();

    public static string Iso(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<DateOnly> DaysFrom(DateOnly first)
    {
        for (var day = first; ; day = day.AddDays(1))
            if (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) && !IsHoliday(day))
                yield return day;
    }

    private static bool IsHoliday(DateOnly day) => (day.Month * 100 + day.Day) is >= 1222 or <= 106 or (>= 401 and <= 414) or (>= 1008 and <= 1022) or (>= 718 and <= 831);

    private static string NameOf(int year) => string.Create(CultureInfo.InvariantCulture, $"{year}/{(year + 1) % 100:00}");
}

/// <param name="Name">For example <c>2025/26</c>.</param>
internal sealed record SchoolYear(string Name, IReadOnlyList<DateOnly> Days)
{
    /// <summary>The name as it can stand in a path.</summary>
    public string Folder => Name.Replace('/', '-');
}
