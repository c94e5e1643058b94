using System.Diagnostics.CodeAnalysis;

namespace BackupPortal.Core.Sources;

/// <summary>Counts the readers of one live database, and keeps new ones out while it is closed. Safe for concurrent use.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A source without a timer holds nothing to dispose of, and readers that have left may still look at its token.")]
internal sealed class LiveDoor
{
    private readonly Lock sync = new();
    private TaskCompletionSource opened = Completed();
    private TaskCompletionSource cleared = Completed();
    private CancellationTokenSource closing = new();
    private int readers;
    private int closings;

    public bool IsClear
    {
        get
        {
            lock (sync)
                return readers == 0;
        }
    }

    /// <returns>Cancelled when it is closed again; null when it was closed for longer than <paramref name="atMost"/>: the caller is not in then.</returns>
    public async Task<CancellationToken?> EnterAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        var begun = time.GetTimestamp();
        while (true)
        {
            Task open;
            lock (sync)
            {
                if (closings == 0)
                {
                    if (readers++ == 0)
                        cleared = Pending();
                    return closing.Token;
                }
                open = opened.Task;
            }
            if (!await EndsInTimeAsync(open, atMost - time.GetElapsedTime(begun), time, cancellationToken))
                return null;
        }
    }

    public void Leave()
    {
        lock (sync)
        {
            if (--readers == 0)
                cleared.SetResult();
        }
    }

    public void Close()
    {
        CancellationTokenSource told;
        lock (sync)
        {
            if (closings++ == 0)
                opened = Pending();
            told = closing;
        }
        // Not within the lock: whoever is told may leave at once.
        told.Cancel();
    }

    public void Open()
    {
        lock (sync)
        {
            if (--closings > 0)
                return;
            closing = new CancellationTokenSource();
            opened.SetResult();
        }
    }

    public Task WaitUntilClearAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        Task clear;
        lock (sync)
            clear = cleared.Task;
        return EndsInTimeAsync(clear, atMost, time, cancellationToken);
    }

    private static async Task<bool> EndsInTimeAsync(Task task, TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            await task.WaitAsync(atMost > TimeSpan.Zero ? atMost : TimeSpan.Zero, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private static TaskCompletionSource Pending() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static TaskCompletionSource Completed()
    {
        var source = Pending();
        source.SetResult();
        return source;
    }
}
