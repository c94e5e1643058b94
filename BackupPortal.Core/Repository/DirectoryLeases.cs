using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Leases of a repository in a directory, which several hosts may share. Needs of the file system only that a rename is atomic: no locks, no common
/// clock. See the section "Lease" in docs/repository-format.md.
/// </summary>
/// <remarks>
/// <para>
/// What the holder publishes or deletes is moved out of or into its own folder; whoever takes over moves that folder away first. So there is no moment
/// between looking whether the lease is held and acting on it: a holder that wakes up in the middle of a rename either did it before the takeover, and the
/// new holder sees it, or fails. What remains: a client of a network file system that goes on using a folder after it was moved; emptying it covers that.
/// </para>
/// <para>A holder on this host that is known to be dead, because its process number is gone or belongs to a later process, is replaced at once.</para>
/// </remarks>
public sealed class DirectoryLeases : IRepositoryLeases
{
    private static readonly TimeSpan shortestPause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan longestPause = TimeSpan.FromMilliseconds(500);

    private readonly LocalDirectoryStore store;
    private readonly LeaseOptions options;
    private readonly TimeProvider time;
    private readonly LeaseProcess process;
    private readonly LeaseFolders folders;

    public DirectoryLeases(LocalDirectoryStore store, LeaseOptions options, TimeProvider time)
        : this(store, options, time, LeaseProcess.Current)
    {
    }

    internal DirectoryLeases(LocalDirectoryStore store, LeaseOptions options, TimeProvider time, LeaseProcess process)
    {
        this.store = store;
        this.options = options;
        this.time = time;
        this.process = process;
        folders = new LeaseFolders(store.Root);
    }

    public async Task<IRepositoryLease> AcquireAsync(CancellationToken cancellationToken)
    {
        var watch = new LeaseWatch(options.Length, process, time);
        var begun = time.GetTimestamp();
        for (var pause = shortestPause; ; pause = pause * 2 < longestPause ? pause * 2 : longestPause)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (lease, holder) = LocalDirectoryStore.Guard("leases", () => TryAcquire(watch));
            if (lease is not null)
                return lease;
            if (time.GetElapsedTime(begun) >= options.LongestWait)
                throw LeaseFault.Busy(holder);
            await Task.Delay(pause, time, cancellationToken);
        }
    }

    private (DirectoryLease? Lease, LeaseHolder? Holder) TryAcquire(LeaseWatch watch)
    {
        var newest = folders.Newest();
        if (newest > 0 && folders.Look(newest) is { IsFree: false } view && !watch.IsOver(newest, view))
            return (null, view.Holder);
        var holder = new LeaseHolder(Guid.NewGuid().ToString("N"), (long)options.Length.TotalMilliseconds, time.GetUtcNow(), process);
        return folders.TryTake(newest + 1, holder) ? (new DirectoryLease(store, folders, newest + 1, holder, time), holder) : (null, null);
    }
}
