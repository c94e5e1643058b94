namespace BackupPortal.Core.Repository;

/// <summary>One waiter's view of a lease: it is over when its counter stood still for the lease's length by the waiter's own clock, or its process is dead.</summary>
internal sealed class LeaseWatch(TimeSpan ownLength, LeaseProcess here, TimeProvider time)
{
    private (long Token, string? Nonce, string Beat)? seen;
    private long since;

    public bool IsOver(long token, LeaseView view)
    {
        if (view.Holder?.Process.IsDeadTo(here) == true)
            return true;
        var now = (token, view.Holder?.Nonce, view.Beat);
        if (seen != now)
        {
            seen = now;
            since = time.GetTimestamp();
            return false;
        }
        return time.GetElapsedTime(since) >= LengthOf(view);
    }

    private TimeSpan LengthOf(LeaseView view) => view.Holder is { } holder
        ? TimeSpan.FromMilliseconds(Math.Clamp(
            holder.LengthMilliseconds, (long)LeaseOptionsValidator.Shortest.TotalMilliseconds, (long)LeaseOptionsValidator.Longest.TotalMilliseconds))
        : ownLength;
}
