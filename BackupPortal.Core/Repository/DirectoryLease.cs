using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>A lease of <see cref="DirectoryLeases"/> that this process has.</summary>
internal sealed class DirectoryLease : IRepositoryLease
{
    private const int RenewalsPerLength = 6;

    private readonly LeaseFolders folders;
    private readonly LeaseHolder holder;
    private readonly PeriodicTimer timer;
    private readonly Task renewing;
    private int isGivenBack;

    public DirectoryLease(LocalDirectoryStore store, LeaseFolders folders, long token, LeaseHolder holder, TimeProvider time)
    {
        this.folders = folders;
        this.holder = holder;
        Token = token;
        Store = new LeasedStore(new FencedDirectoryStore(store, folders.Of(token)), this);
        timer = new PeriodicTimer(TimeSpan.FromMilliseconds(holder.LengthMilliseconds) / RenewalsPerLength, time);
        renewing = RenewAsync();
    }

    public long Token { get; }

    public bool IsFenced => true;

    public IObjectStore Store { get; }

    public Task EnsureHeldAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var found = LocalDirectoryStore.Guard("leases", () => folders.Look(Token).Holder);
        if (found?.Nonce != holder.Nonce)
            throw LeaseFault.Lost(LocalDirectoryStore.Guard("leases", () => folders.Look(folders.Newest()).Holder));
        return Task.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref isGivenBack, 1) == 1)
            return;
        timer.Dispose();
        await renewing;
        try
        {
            folders.GiveBack(Token);
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            // Lost, or the disk is gone. Nothing that was done under the lease is less valid for it: the next one waits until it expires.
        }
    }

    private async Task RenewAsync()
    {
        for (var beat = 1L; await timer.WaitForNextTickAsync(); beat++)
        {
            try
            {
                folders.Renew(Token, beat);
            }
            catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
            {
                // Lost for good, or a moment's trouble: which of them is found out before anything is published.
            }
        }
    }
}
