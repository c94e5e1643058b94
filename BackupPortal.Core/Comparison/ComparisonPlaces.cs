namespace BackupPortal.Core.Comparison;

/// <summary>Lets only so many comparisons work at a time: each takes a core, and room in the scratch place. Safe for concurrent use.</summary>
internal sealed class ComparisonPlaces(int count) : IDisposable
{
    private readonly SemaphoreSlim free = new(count);

    /// <param name="waits">Told once, when no place is free.</param>
    /// <returns>The place, until it is disposed.</returns>
    public async Task<IDisposable> TakeAsync(Action waits, CancellationToken cancellationToken)
    {
        if (!await free.WaitAsync(TimeSpan.Zero, cancellationToken))
        {
            waits();
            await free.WaitAsync(cancellationToken);
        }
        return new Place(free);
    }

    public void Dispose() => free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private int isDisposed;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref isDisposed, 1) == 0)
                free.Release();
        }
    }
}
