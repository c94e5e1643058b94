namespace BackupPortal.Core.Operations;

/// <summary>Makes one figure of phases and bytes: how far, how fast, how long still. Safe for concurrent use.</summary>
internal sealed class ProgressMeter(IReadOnlyList<OperationPhase> phases, TimeProvider time)
{
    private static readonly TimeSpan FirstEstimateAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SampleInterval = TimeSpan.FromMilliseconds(250);
    private const double LeastFractionForEstimate = 0.02;
    private const double RateSmoothingSeconds = 3;
    private const double PaceSmoothingSeconds = 8;

    private readonly Lock _gate = new();
    private readonly long _startedAt = time.GetTimestamp();
    private readonly double _totalWeight = phases.Sum(Weight);
    private OperationPhase _phase = OperationPhase.Waiting;
    private long _done;
    private long _total;
    private TimeSpan? _wait;
    private double _waited;
    private double _fraction;
    private long _sampledAt = time.GetTimestamp();
    private long _sampledDone;
    private double _sampledFraction;
    private double? _bytesPerSecond;
    private double? _fractionPerSecond;

    public void Enter(OperationPhase phase)
    {
        lock (_gate)
        {
            _phase = phase;
            _done = _total = _sampledDone = 0;
            _bytesPerSecond = null;
            // Waiting says nothing of the pace of what follows.
            if (_wait is not null)
                (_fractionPerSecond, _sampledAt, _sampledFraction) = (null, time.GetTimestamp(), _fraction);
            _wait = null;
            Advance();
        }
    }

    public void Report(long doneBytes, long totalBytes)
    {
        lock (_gate)
        {
            _done = doneBytes;
            _total = totalBytes;
            Advance();
        }
    }

    public void ReportWait(TimeSpan left, TimeSpan total)
    {
        lock (_gate)
        {
            _wait = TimeSpan.FromSeconds(Math.Ceiling(left.TotalSeconds));
            _waited = total > TimeSpan.Zero ? 1 - (left / total) : 1;
            Advance();
        }
    }

    public OperationProgress Read()
    {
        lock (_gate)
        {
            Sample();
            return new OperationProgress(_phase, _done, _total, _fraction, (long)(_bytesPerSecond ?? 0), _wait is null ? TimeLeft() : null, _wait);
        }
    }

    /// <summary>For an operation that came to its good end: nothing is left.</summary>
    public OperationProgress ReadFinished()
    {
        lock (_gate)
        {
            _fraction = 1;
            return new OperationProgress(_phase, _done, _total, 1, (long)(_bytesPerSecond ?? 0), TimeSpan.Zero);
        }
    }

    private void Advance()
    {
        if (_totalWeight == 0)
            return;
        var before = 0.0;
        foreach (var phase in phases)
        {
            if (phase == _phase)
            {
                var within = Math.Clamp(_wait is not null ? _waited : _total > 0 ? (double)_done / _total : 0, 0, 1);
                _fraction = Math.Max(_fraction, Math.Min((before + (within * Weight(phase))) / _totalWeight, 1));
                return;
            }
            before += Weight(phase);
        }
    }

    private void Sample()
    {
        var now = time.GetTimestamp();
        var elapsed = time.GetElapsedTime(_sampledAt, now);
        if (elapsed < SampleInterval)
            return;
        var seconds = elapsed.TotalSeconds;
        _bytesPerSecond = Smooth(_bytesPerSecond, Math.Max(0, _done - _sampledDone) / seconds, seconds, RateSmoothingSeconds);
        _fractionPerSecond = Smooth(_fractionPerSecond, (_fraction - _sampledFraction) / seconds, seconds, PaceSmoothingSeconds);
        (_sampledAt, _sampledDone, _sampledFraction) = (now, _done, _fraction);
    }

    private static double Smooth(double? before, double now, double seconds, double constant) =>
        before is { } old ? old + ((now - old) * (1 - Math.Exp(-seconds / constant))) : now;

    private TimeSpan? TimeLeft() =>
        time.GetElapsedTime(_startedAt) >= FirstEstimateAfter && _fraction >= LeastFractionForEstimate && _fractionPerSecond is > 1e-6 and { } pace
            ? TimeSpan.FromSeconds(Math.Ceiling((1 - _fraction) / pace))
            : null;

    /// <summary>How much of an operation's time a phase usually takes, against the others.</summary>
    private static double Weight(OperationPhase phase) => phase switch
    {
        OperationPhase.Waiting => 0,
        OperationPhase.Snapshot or OperationPhase.Store => 30,
        OperationPhase.Unpack => 45,
        OperationPhase.Files => 20,
        OperationPhase.Verify => 20,
        OperationPhase.SafetyCopy => 15,
        OperationPhase.Prune => 15,
        OperationPhase.Countdown => 10,
        OperationPhase.Swap or OperationPhase.CheckAfter => 4,
        _ => 2,
    };
}
