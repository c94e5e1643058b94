namespace BackupPortal.Core.Sources;

/// <summary>Counts the readers of one live database, and keeps new ones out while it is closed. Safe for concurrent use.</summary>
internal sealed class LiveDoor
{
    private readonly Lock sync = new();
    private TaskCompletionSource opened = Completed();
    private TaskCompletionSource cleared = Completed();
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

    /// <returns>False when it was closed for longer than <paramref name="atMost"/>; the caller is not in then.</returns>
    public async Task<bool> EnterAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
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
                    return true;
                }
                open = opened.Task;
            }
            if (!await EndsInTimeAsync(open, atMost - time.GetElapsedTime(begun), time, cancellationToken))
                return false;
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
        lock (sync)
        {
            if (closings++ == 0)
                opened = Pending();
        }
    }

    public void Open()
    {
        lock (sync)
        {
            if (--closings == 0)
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
