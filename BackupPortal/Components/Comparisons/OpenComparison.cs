using BackupPortal.Core.Comparison;

namespace BackupPortal.Components.Comparisons;

/// <summary>
/// A comparison that a page shows. It runs on other threads than the page, and is kept, with its scratch files, until the page goes or nobody has looked at it
/// for a while. Safe for concurrent use.
/// </summary>
internal sealed class OpenComparison : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly TaskCompletionSource givenBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly SemaphoreSlim turn = new(1, 1);
    private readonly TimeSpan longestIdle;
    private readonly ITimer idle;
    private StateComparison? comparison;
    private ComparisonView? view;

    /// <param name="compare">Begins at once.</param>
    /// <param name="look">What is told of the comparison, while it is under way.</param>
    /// <param name="longestIdle">How long it is kept for nobody.</param>
    public OpenComparison(
        Func<Action<ComparisonProgress>, CancellationToken, Task<StateComparison>> compare, Func<StateComparison, ComparisonView> look, TimeSpan longestIdle, TimeProvider time)
    {
        this.longestIdle = longestIdle;
        idle = time.CreateTimer(_ => _ = GiveBackAsync(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Ended = Task.Run(() => RunAsync(compare, look, stop.Token), CancellationToken.None);
    }

    /// <summary>The latest.</summary>
    public ComparisonProgress Progress { get; private set; } = new(ComparisonStep.Reading);

    /// <summary>Ends with what differs, with why that is not known, or cancelled.</summary>
    public Task<ComparisonView> Ended { get; }

    /// <summary>Ends when what was found is no longer kept.</summary>
    public Task GivenBack => givenBack.Task;

    /// <summary>What differs; null until it is found, and when it is not.</summary>
    public ComparisonView? View => Ended.IsCompletedSuccessfully ? view : null;

    public Task CancelAsync() => stop.CancelAsync();

    /// <summary>Looks something up, on another thread.</summary>
    /// <returns>Null when it is no longer kept.</returns>
    /// <exception cref="Core.Messages.PortalException">It cannot be read.</exception>
    public async Task<T?> ReadAsync<T>(Func<StateComparison, T> read, CancellationToken cancellationToken)
        where T : class
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            if (comparison is not { } kept)
                return null;
            idle.Change(longestIdle, Timeout.InfiniteTimeSpan);
            return await Task.Run(() => read(kept), cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await ((Task)Ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await idle.DisposeAsync();
        await GiveBackAsync();
        stop.Dispose();
    }

    private async Task<ComparisonView> RunAsync(
        Func<Action<ComparisonProgress>, CancellationToken, Task<StateComparison>> compare, Func<StateComparison, ComparisonView> look, CancellationToken cancellationToken)
    {
        var found = await compare(at => Progress = at, cancellationToken);
        try
        {
            view = look(found);
            cancellationToken.ThrowIfCancellationRequested();
        }
        catch
        {
            found.Dispose();
            throw;
        }
        comparison = found;
        idle.Change(longestIdle, Timeout.InfiniteTimeSpan);
        return view;
    }

    private async Task GiveBackAsync()
    {
        await turn.WaitAsync();
        try
        {
            comparison?.Dispose();
            comparison = null;
        }
        finally
        {
            turn.Release();
        }
        givenBack.TrySetResult();
    }
}
