using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Catalog;

public class NightlyRunTests
{
    [Theory]
    // An ordinary summer and winter night.
    [InlineData("2026-07-01T12:00Z", "02:00", "Europe/Berlin", 0, "2026-07-02T00:00Z")]
    [InlineData("2026-12-01T12:00Z", "02:00", "Europe/Berlin", 0, "2026-12-02T01:00Z")]
    // Later the same day; exactly at the time means the next one.
    [InlineData("2026-07-01T12:00Z", "23:30", "Europe/Berlin", 0, "2026-07-01T21:30Z")]
    [InlineData("2026-07-02T00:00Z", "02:00", "Europe/Berlin", 0, "2026-07-03T00:00Z")]
    [InlineData("2026-07-01T23:59:59Z", "02:00", "Europe/Berlin", 0, "2026-07-02T00:00Z")]
    // Spring: 02:00 to 03:00 does not exist on 29 March 2026; the first instant after it is 03:00 summer time.
    [InlineData("2026-03-28T12:00Z", "02:00", "Europe/Berlin", 0, "2026-03-29T01:00Z")]
    [InlineData("2026-03-28T12:00Z", "02:30", "Europe/Berlin", 0, "2026-03-29T01:00Z")]
    [InlineData("2026-03-28T12:00Z", "03:00", "Europe/Berlin", 0, "2026-03-29T01:00Z")]
    [InlineData("2026-03-29T01:00Z", "02:30", "Europe/Berlin", 0, "2026-03-30T00:30Z")]
    // Autumn: 02:30 comes twice on 25 October 2026; the first counts, and the second is not another run.
    [InlineData("2026-10-24T12:00Z", "02:30", "Europe/Berlin", 0, "2026-10-25T00:30Z")]
    [InlineData("2026-10-25T00:30Z", "02:30", "Europe/Berlin", 0, "2026-10-26T01:30Z")]
    [InlineData("2026-10-25T01:15Z", "02:30", "Europe/Berlin", 0, "2026-10-26T01:30Z")]
    // The offset is elapsed time, and may lead over midnight or over the change.
    [InlineData("2026-07-01T12:00Z", "23:30", "Europe/Berlin", 45, "2026-07-01T22:15Z")]
    [InlineData("2026-07-01T22:00Z", "23:30", "Europe/Berlin", 45, "2026-07-01T22:15Z")]
    [InlineData("2026-03-28T12:00Z", "01:30", "Europe/Berlin", 45, "2026-03-29T01:15Z")]
    // A change at midnight, half an hour, and on the other half of the earth.
    [InlineData("2026-09-05T12:00Z", "00:00", "America/Santiago", 0, "2026-09-06T04:00Z")]
    [InlineData("2026-10-03T12:00Z", "02:15", "Australia/Lord_Howe", 0, "2026-10-03T15:30Z")]
    [InlineData("2026-07-01T12:00Z", "02:00", "Pacific/Auckland", 0, "2026-07-01T14:00Z")]
    [InlineData("2026-07-01T12:00Z", "02:00", "UTC", 0, "2026-07-02T02:00Z")]
    public void Next_AtClockChangesAndBetween_IsTheRightInstant(string after, string at, string zone, int offsetMinutes, string expected)
    {
        var next = NightlyRun.Next(
            Utc(after), TimeOnly.Parse(at, CultureInfo.InvariantCulture), TimeZoneInfo.FindSystemTimeZoneById(zone), TimeSpan.FromMinutes(offsetMinutes));

        Assert.Equal(Utc(expected), next);
    }

    [Theory]
    [InlineData("Europe/Berlin", "02:30")]
    [InlineData("America/Santiago", "00:00")]
    [InlineData("Australia/Lord_Howe", "01:45")]
    public void Next_FollowedForTwoYears_RunsOncePerLocalDay(string zoneId, string at)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneId);
        var run = Utc("2026-01-01T12:00Z");
        List<DateOnly> days = [];
        for (var count = 0; count < 730; count++)
        {
            run = NightlyRun.Next(run, TimeOnly.Parse(at, CultureInfo.InvariantCulture), zone, TimeSpan.Zero);
            days.Add(DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(run, zone).DateTime));
        }

        Assert.Equal(Enumerable.Range(0, 730).Select(days[0].AddDays), days);
    }

    [Fact]
    public void OffsetOf_ManyTenants_SpreadsThemOverTheWindowForGood()
    {
        var window = TimeSpan.FromMinutes(60);
        var tenants = Enumerable.Range(0, 600).Select(_ => TenantId.Create()).ToList();

        var offsets = tenants.ConvertAll(tenant => NightlyRun.OffsetOf(tenant, window));

        Assert.All(offsets, offset => Assert.InRange(offset, TimeSpan.Zero, window - TimeSpan.FromSeconds(1)));
        Assert.All(offsets.CountBy(offset => (int)offset.TotalMinutes / 10), tenth => Assert.InRange(tenth.Value, 50, 150));
        Assert.Equal(offsets, tenants.ConvertAll(tenant => NightlyRun.OffsetOf(tenant, window)));
        Assert.Equal(TimeSpan.Zero, NightlyRun.OffsetOf(tenants[0], TimeSpan.Zero));
    }

    private static DateTimeOffset Utc(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
