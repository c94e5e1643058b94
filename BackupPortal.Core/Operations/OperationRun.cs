using System.Threading.Channels;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Operations;

/// <summary>
/// One operation while it runs: takes what its handler tells, shows it in this process at most ten times a second, and keeps it in the catalog at
/// most twice a second. Safe for concurrent use.
/// </summary>
internal sealed partial class OperationRun : IOperationSink, IAsyncDisposable
{
    private const int MostLinesWaiting = 4096;
    private const int TicksPerKeep = 5;
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private const int MostEndAttempts = 10;

    private readonly OperationStore _store;
    private readonly OperationFeed _feed;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ProgressMeter _meter;
    private readonly CancellationTokenSource _cancel = new();
    private readonly CancellationTokenSource _stopRecording = new();
    private readonly Lock _commitGate = new();
    private readonly Channel<LogEntry> _lines = Channel.CreateBounded<LogEntry>(
        new BoundedChannelOptions(MostLinesWaiting) { SingleReader = true });
    private readonly List<LogEntry> _unkept = [];
    private readonly OperationView _started;
    private readonly Task _recording;
    private OperationView? _published;
    private OperationProgress? _kept;
    private int _linesLost;
    private volatile bool _committing;

    public OperationRun(OperationView started, OperationStore store, OperationFeed feed, TimeProvider time, ILogger logger)
    {
        _started = started;
        _store = store;
        _feed = feed;
        _time = time;
        _logger = logger;
        _meter = new ProgressMeter(started.Phases, time);
        _feed.Publish(started);
        _recording = RecordAsync();
    }

    public OperationId Id => _started.Id;

    /// <summary>Ends when somebody wants the operation to stop and it has not begun to commit.</summary>
    public CancellationToken CancellationToken => _cancel.Token;

    public void EnterPhase(OperationPhase phase) => _meter.Enter(phase);

    public void Report(long doneBytes, long totalBytes) => _meter.Report(doneBytes, totalBytes);

    public void Log(LogSeverity severity, Message text)
    {
        if (!_lines.Writer.TryWrite(new LogEntry(_time.GetUtcNow(), severity, text)))
            Interlocked.Increment(ref _linesLost);
    }

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
        lock (_commitGate)
        {
            if (_committing)
                return;
        }
        await _cancel.CancelAsync();
    }

    /// <summary>Keeps all that was told, then the end; tells this process.</summary>
    public async Task<OperationView> EndAsync(OperationEnd end)
    {
        await StopRecordingAsync();
        var last = end.State == OperationState.Succeeded ? _meter.ReadFinished() : _meter.Read();
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
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                // Not cancellable: what happened has happened, and must be told.
                await KeepAsync(last);
                await _store.EndAsync(Id, end, last, CancellationToken.None);
                view = await _store.FindAsync(Id, CancellationToken.None) ?? view;
                break;
            }
            catch (Exception fault) when (attempt < MostEndAttempts)
            {
                LogLine.KeepFailed(_logger, fault, Id);
                await Task.Delay(RetryInterval, _time, CancellationToken.None);
            }
            catch (Exception fault)
            {
                LogLine.EndNotKept(_logger, fault, Id, end.State);
                break;
            }
        }
        _feed.Publish(view);
        return view;
    }

    public async ValueTask DisposeAsync()
    {
        await StopRecordingAsync();
        _stopRecording.Dispose();
        _cancel.Dispose();
    }

    private async Task StopRecordingAsync()
    {
        await _stopRecording.CancelAsync();
        await _recording;
    }

    private async Task RecordAsync()
    {
        using var timer = new PeriodicTimer(Tick, _time);
        try
        {
            for (var tick = 1; await timer.WaitForNextTickAsync(_stopRecording.Token); tick++)
            {
                var progress = _meter.Read();
                Publish(progress);
                if (tick % TicksPerKeep == 0)
                    await TryKeepAsync(progress);
            }
        }
        catch (OperationCanceledException) when (_stopRecording.IsCancellationRequested)
        {
            // The end was reached; what is left is kept with it.
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

    private async Task TryKeepAsync(OperationProgress progress)
    {
        try
        {
            await KeepAsync(progress);
            if (await _store.IsCancelRequestedAsync(Id, CancellationToken.None))
                await CancelAsync();
        }
        catch (Exception fault)
        {
            // The work itself does not need the catalog; lines wait for the next attempt.
            LogLine.KeepFailed(_logger, fault, Id);
        }
    }

    // Not cancellable: a line must be kept once, and whether a write that was broken off took place is not known.
    private async Task KeepAsync(OperationProgress progress)
    {
        while (_unkept.Count < MostLinesWaiting && _lines.Reader.TryRead(out var line))
            _unkept.Add(line);
        if (Interlocked.Exchange(ref _linesLost, 0) is > 0 and var lost)
            _unkept.Add(new LogEntry(_time.GetUtcNow(), LogSeverity.Warning, new Message("Operations", "LinesLost", $"{lost}")));
        if (_unkept.Count == 0 && progress == _kept)
            return;
        await _store.KeepAsync(Id, progress, _unkept, CancellationToken.None);
        _unkept.Clear();
        _kept = progress;
    }

    private static partial class LogLine
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The state of operation {Operation} could not be written to the catalog; it is tried again.")]
        public static partial void KeepFailed(ILogger logger, Exception fault, OperationId operation);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The end of operation {Operation} ({State}) could not be written to the catalog.")]
        public static partial void EndNotKept(ILogger logger, Exception fault, OperationId operation, OperationState state);
    }
}
