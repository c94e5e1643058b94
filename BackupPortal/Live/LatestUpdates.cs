using System.Threading.Channels;
using BackupPortal.Core.Operations;

namespace BackupPortal.Live;

/// <summary>
/// Passes operations' states on in turn, with a pause between rounds: what comes faster replaces what waits, so the last state of each
/// operation always arrives. Safe for concurrent use.
/// </summary>
internal sealed partial class LatestUpdates : IAsyncDisposable
{
    private readonly Dictionary<OperationId, OperationView> waiting = [];
    private readonly Channel<bool> signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly CancellationTokenSource ending = new();
    private readonly Func<OperationView, Task> deliver;
    private readonly ILogger logger;
    private readonly Task loop;
    private IDisposable? source;
    private int disposals;

    /// <param name="interval">The least time between two rounds.</param>
    public LatestUpdates(Func<OperationView, Task> deliver, TimeSpan interval, TimeProvider time, ILogger logger)
    {
        this.deliver = deliver;
        this.logger = logger;
        loop = Task.Run(() => DeliverAsync(interval, time));
    }

    /// <summary>Takes over the subscription that calls <see cref="Post"/>, to end it together with this.</summary>
    public void Follow(IDisposable subscription) => source = subscription;

    /// <summary>Takes a state in; never blocks.</summary>
    public void Post(OperationView view)
    {
        lock (waiting)
            waiting[view.Id] = view;
        signal.Writer.TryWrite(true);
    }

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Increment(ref disposals) > 1)
            return;
        source?.Dispose();
        signal.Writer.TryComplete();
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
    }

    private async Task DeliverAsync(TimeSpan interval, TimeProvider time)
    {
        try
        {
            await foreach (var _ in signal.Reader.ReadAllAsync(ending.Token))
            {
                foreach (var view in TakeWaiting())
                    await DeliverAsync(view);
                await Task.Delay(interval, time, ending.Token);
            }
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            Log.Ended(logger);
        }
    }

    private async Task DeliverAsync(OperationView view)
    {
        ending.Token.ThrowIfCancellationRequested();
        try
        {
            await deliver(view);
        }
        catch (Exception exception)
        {
            // One reader's fault (a circuit that is gone, say) must not end what it will be told next.
            Log.DeliveryFailed(logger, exception, view.Id);
        }
    }

    private OperationView[] TakeWaiting()
    {
        lock (waiting)
        {
            OperationView[] taken = [.. waiting.Values];
            waiting.Clear();
            return taken;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(LogLevel.Trace, "A subscription to operations ended.")]
        public static partial void Ended(ILogger logger);

        [LoggerMessage(LogLevel.Warning, "An update of operation {Operation} could not be passed on.")]
        public static partial void DeliveryFailed(ILogger logger, Exception exception, OperationId operation);
    }
}
