using BackupPortal.Components.Comparisons;
using BackupPortal.Core.Comparison;

namespace BackupPortal.Components.Restores;

/// <summary>What a restore or an undo would change, while it is being found out and afterwards. Safe for concurrent use.</summary>
public sealed class ForeseenChanges
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly TimeProvider time;

    /// <param name="find">Begins at once, on other threads: a large school takes seconds. Gives null when it cannot be found out.</param>
    public ForeseenChanges(Func<Action<ComparisonProgress>, Task<ComparisonView?>> find, TimeProvider time)
    {
        this.time = time;
        Found = Task.Run(() => find(at => Progress = at));
    }

    /// <summary>The latest.</summary>
    public ComparisonProgress Progress { get; private set; } = new(ComparisonStep.Reading);

    /// <summary>Ends with null when it cannot be found out, and when nobody wants to know it any more.</summary>
    public Task<ComparisonView?> Found { get; }

    /// <summary>Calls <paramref name="show"/> now and then until it is found out.</summary>
    public async Task WatchAsync(Action show)
    {
        using var timer = new PeriodicTimer(LookInterval, time);
        while (await Task.WhenAny(Found, timer.WaitForNextTickAsync().AsTask()) != Found)
            show();
    }
}
