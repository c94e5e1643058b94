using System.Buffers.Binary;
using System.Security.Cryptography;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>Computes when nightly runs begin. Pure.</summary>
public static class NightlyRun
{
    /// <summary>
    /// The first run after <paramref name="afterUtc"/>. A time that the clocks skip means the first instant after the gap; one that comes twice, the first.
    /// </summary>
    /// <param name="offset">How much later than <paramref name="at"/> this tenant begins, in elapsed time.</param>
    public static DateTimeOffset Next(DateTimeOffset afterUtc, TimeOnly at, TimeZoneInfo zone, TimeSpan offset)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(afterUtc - offset, zone).DateTime).AddDays(-1);
        while (true)
        {
            var run = FirstInstant(day.ToDateTime(at), zone) + offset;
            if (run > afterUtc)
                return run;
            day = day.AddDays(1);
        }
    }

    /// <summary>The tenant's own, lasting place in the window, in whole seconds, so that many tenants do not begin at once.</summary>
    public static TimeSpan OffsetOf(TenantId tenant, TimeSpan window)
    {
        var seconds = (uint)window.TotalSeconds;
        if (seconds == 0)
            return TimeSpan.Zero;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(tenant.Value.ToByteArray(bigEndian: true), hash);
        return TimeSpan.FromSeconds(BinaryPrimitives.ReadUInt32BigEndian(hash) % seconds);
    }

    private static DateTimeOffset FirstInstant(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
        {
            // Clocks are set by whole minutes.
            local = local.AddTicks(-(local.Ticks % TimeSpan.TicksPerMinute));
            while (zone.IsInvalidTime(local))
                local = local.AddMinutes(1);
        }
        var fromUtc = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, fromUtc).ToUniversalTime();
    }
}
