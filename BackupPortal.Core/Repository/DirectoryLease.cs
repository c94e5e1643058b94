using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>A lease of <see cref="DirectoryLeases"/> that this process has.</summary>
internal sealed class DirectoryLease : IRepositoryLease
{
    private const int RenewalsPerLength = 6;

    private readonly LeaseFolders folders;
    private readonly LeaseHolder holder;
    private readonly CancellationTokenSource stop = new();
    private readonly Task renewing;

    public DirectoryLease(LocalDirectoryStore store, LeaseFolders folders, long token, LeaseHolder holder, TimeProvider time)
    {
        this.folders = folders;
        this.holder = holder;
        Token = token;
        Store = new LeasedStore(new FencedDirectoryStore(store, folders.Of(token)), this);
        renewing = RenewAsync(TimeSpan.FromMilliseconds(holder.LengthMilliseconds) / RenewalsPerLength, time);
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
        if (stop.IsCancellationRequested)
            return;
        await stop.CancelAsync();
        await renewing;
        try
        {
            folders.GiveBack(Token);
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            // Lost, or the disk is gone. Nothing that was done under the lease is less valid for it: the next one waits until it expires.
        }
        stop.Dispose();
    }

    private async Task RenewAsync(TimeSpan period, TimeProvider time)
    {
        using var timer = new PeriodicTimer(period, time);
        try
        {
            for (var beat = 1L; await timer.WaitForNextTickAsync(stop.Token); beat++)
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
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Given back.
        }
    }
}
