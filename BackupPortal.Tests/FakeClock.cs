namespace BackupPortal.Tests;

/// <summary>A clock that stands until a test moves it. Timers are real: only what the time is, is not.</summary>
internal sealed class FakeClock(DateTimeOffset start) : TimeProvider
{
    private DateTimeOffset _now = start;
    private long _timestamp;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp() => _timestamp;

    public void Advance(TimeSpan by)
    {
        _now += by;
        _timestamp += by.Ticks;
    }

    /// <summary>Somebody sets the clock: no time passes.</summary>
    public void Jump(TimeSpan by) => _now += by;
}
