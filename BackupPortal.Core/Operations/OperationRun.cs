using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Operations;

/// <summary>
/// One operation while it runs: takes what its handler tells, shows it in this process at most ten times a second, and keeps it in the catalog at
/// most twice a second. Safe for concurrent use.
/// </summary>
internal sealed partial class OperationRun : IOperationSink, IAsyncDisposable
{
    private const int TicksPerKeep = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    private readonly OperationView _started;
    private readonly OperationStore _store;
    private readonly OperationFeed _feed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ProgressMeter _meter;
    private readonly OperationRecorder _recorder;
    private readonly CancellationTokenSource _cancel = new();
    private readonly PeriodicTimer _ticks;
    private readonly Lock _commitGate = new();
    private readonly Task _telling;
    private OperationView? _published;
    private volatile bool _committing;

    public OperationRun(OperationView started, OperationStore store, OperationFeed feed, TimeProvider time, ILogger logger)
    {
        _started = started;
        _store = store;
        _feed = feed;
        _time = time;
        _logger = logger;
        _meter = new ProgressMeter(started.Phases, time);
        _recorder = new OperationRecorder(started.Id, store, time, logger);
        _ticks = new PeriodicTimer(Tick, time);
        _feed.Publish(started);
        _telling = TellAsync();
    }

    public OperationId Id => _started.Id;

    /// <summary>Ends when somebody wants the operation to stop and it has not begun to commit.</summary>
    public CancellationToken CancellationToken => _cancel.Token;

    public void EnterPhase(OperationPhase phase) => _meter.Enter(phase);

    public void Report(long doneBytes, long totalBytes) => _meter.Report(doneBytes, totalBytes);

    public void ReportWait(TimeSpan left, TimeSpan total) => _meter.ReportWait(left, total);

    public void Log(LogSeverity severity, Message text) => _recorder.Log(severity, text);

    public void BeginCommit()
    {
        lock (_commitGate)
        {
            if (_committing)
                return;
            _cancel.Token.ThrowIfCancellationRequested();
            if (!_store.TryBeginCommit(Id))
            {
                _cancel.Cancel();
                throw new OperationCanceledException(_cancel.Token);
            }
            _committing = true;
        }
    }

    /// <summary>Stops the work, unless it has begun to commit: then it is finished.</summary>
    public async Task CancelAsync()
    {
        Task cancelling;
        lock (_commitGate)
            cancelling = _committing ? Task.CompletedTask : _cancel.CancelAsync();
        await cancelling;
    }

    /// <summary>Keeps all that was told, then the end; tells this process.</summary>
    public async Task<OperationView> EndAsync(OperationEnd end)
    {
        await StopTellingAsync();
        var last = end.State == OperationState.Succeeded ? _meter.ReadFinished() : _meter.Read();
        await _recorder.EndAsync(end, last);
        var view = _started with
        {
            State = end.State,
            EndedUtc = _time.GetUtcNow(),
            Progress = last,
            Outcome = end.Outcome,
            Error = end.Error,
            Hint = end.Hint,
            CanCancel = false,
        };
        _feed.Publish(view);
        return view;
    }

    public async ValueTask DisposeAsync()
    {
        await StopTellingAsync();
        _cancel.Dispose();
    }

    private async Task StopTellingAsync()
    {
        // Ends the ticks, but not what is being kept. A cancellation would do it by an exception, the only one in a short command, and dear there.
        _ticks.Dispose();
        await _telling;
    }

    private async Task TellAsync()
    {
        for (var tick = 1; await _ticks.WaitForNextTickAsync(); tick++)
        {
            var progress = _meter.Read();
            Publish(progress);
            if (tick % TicksPerKeep != 0)
                continue;
            await _recorder.TryKeepAsync(progress);
            await FollowCancelAsync();
        }
    }

    private void Publish(OperationProgress progress)
    {
        var view = _started with { Progress = progress, CanCancel = !_committing && !_cancel.IsCancellationRequested };
        if (view == _published)
            return;
        _published = view;
        _feed.Publish(view);
    }

    /// <summary>Another process may have asked for it.</summary>
    private async Task FollowCancelAsync()
    {
        try
        {
            if (await _store.IsCancelRequestedAsync(Id, CancellationToken.None))
                await CancelAsync();
        }
        catch (Exception fault)
        {
            LogLine.CancelNotFollowed(_logger, fault, Id);
        }
    }

    private static partial class LogLine
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "Whether operation {Operation} is to stop could not be looked up; it is tried again.")]
        public static partial void CancelNotFollowed(ILogger logger, Exception fault, OperationId operation);
    }
}
