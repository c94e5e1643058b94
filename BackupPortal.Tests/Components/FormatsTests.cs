using BackupPortal.Components.Formats;

namespace BackupPortal.Tests.Components;

public class FormatsTests
{
    [Theory]
    [InlineData(0, "en", "0 B")]
    [InlineData(999, "en", "999 B")]
    [InlineData(1_000, "en", "1 kB")]
    [InlineData(1_234, "en", "1.23 kB")]
    [InlineData(58_249_000, "de", "58,2 MB")]
    [InlineData(999_600, "en", "1 MB")]
    [InlineData(123_456_789_000, "de", "123 GB")]
    public void Size_OfBytes_IsShortAndInTheReadersNotation(long bytes, string language, string expected)
    {
        using var reader = Reader.Of(language);

        Assert.Equal(expected, SizeText.Format(bytes).Replace('\u00a0', ' '));
    }

    [Theory]
    [InlineData(0.21, "210 ms")]
    [InlineData(1.44, "1,4 s")]
    [InlineData(9.97, "10 s")]
    [InlineData(59.6, "1 min 0 s")]
    [InlineData(3_725, "1 h 2 min")]
    [InlineData(200_000, "2 T. 7 h")]
    public void Duration_OfSeconds_HasItsTwoLargestUnits(double seconds, string expected)
    {
        using var reader = Reader.Of("de");

        Assert.Equal(expected, DurationText.Format(TimeSpan.FromSeconds(seconds)));
    }

    [Theory]
    [InlineData("2026-11-20T01:00:00Z", "en", "today 02:00")]
    [InlineData("2026-11-19T22:59:00Z", "de", "gestern 23:59 Uhr")]
    [InlineData("2026-11-20T23:30:00Z", "de", "morgen 00:30 Uhr")]
    [InlineData("2026-11-12T13:02:00Z", "en", "12 Nov 2026, 14:02")]
    [InlineData("2026-11-12T13:02:00Z", "de", "12.11.2026, 14:02 Uhr")]
    public void Near_Instant_IsSaidInTheSchoolsDayAndZone(string instant, string language, string expected)
    {
        using var reader = Reader.Of(language);

        Assert.Equal(expected, TimeText.Near(DateTimeOffset.Parse(instant, null), Known.Now, Known.Berlin));
    }

    [Theory]
    [InlineData(-10, "de", "gerade eben")]
    [InlineData(-60, "en", "1 minute ago")]
    [InlineData(-7_200, "de", "vor 2 Stunden")]
    [InlineData(86_400, "en", "in 1 day")]
    [InlineData(-90 * 86_400, "de", "vor 3 Monaten")]
    public void Relative_Distance_IsRoundedToOneUnit(int seconds, string language, string expected)
    {
        using var reader = Reader.Of(language);

        Assert.Equal(expected, TimeText.Relative(Known.Now.AddSeconds(seconds), Known.Now));
    }
}
