namespace BackupPortal.Core.Repository;

/// <summary>
/// Says how long something has been unreferenced, and never too long: a clock that was set forward is caught by the time that the machine has been
/// running, as long as it has not been started anew.
/// </summary>
internal sealed class TombstoneClock(TimeProvider time)
{
    // Linux names each start of the machine. Elsewhere the clock alone counts.
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    private readonly string boot = File.Exists(BootFile) ? File.ReadAllText(BootFile).Trim() : "";

    public TombstoneStamp Now() => new(time.GetUtcNow(), boot, Uptime());

    /// <summary>Negative when the stamp is from the future: the clock was ahead then, or is behind now.</summary>
    public TimeSpan Age(TombstoneStamp since)
    {
        var byClock = time.GetUtcNow() - since.Utc;
        var byUptime = TimeSpan.FromMilliseconds(Uptime() - since.UptimeMilliseconds);
        return boot.Length > 0 && since.Boot == boot && byUptime < byClock ? byUptime : byClock;
    }

    private long Uptime() => (long)(time.GetTimestamp() / (double)time.TimestampFrequency * 1000);
}
