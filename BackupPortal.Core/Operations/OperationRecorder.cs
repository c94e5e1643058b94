using System.Threading.Channels;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Operations;

/// <summary>
/// Keeps in the catalog what one operation tells. Lines may come from any thread; keeping is for one caller at a time.
/// </summary>
internal sealed partial class OperationRecorder(OperationId id, OperationStore store, TimeProvider time, ILogger logger)
{
    private const int MostLinesWaiting = 4096;
    private const int MostEndAttempts = 10;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly Channel<LogEntry> _lines = Channel.CreateBounded<LogEntry>(
        new BoundedChannelOptions(MostLinesWaiting) { SingleReader = true });
    private readonly List<LogEntry> _unkept = [];
    private OperationProgress? _kept;
    private int _linesLost;

    public void Log(LogSeverity severity, Message text)
    {
        if (!_lines.Writer.TryWrite(new LogEntry(time.GetUtcNow(), severity, text)))
            Interlocked.Increment(ref _linesLost);
    }

    /// <summary>Keeps what is new. The work itself does not need the catalog: when that fails, lines wait for the next time.</summary>
    public async Task TryKeepAsync(OperationProgress progress)
    {
        try
        {
            await KeepAsync(progress);
        }
        catch (Exception fault)
        {
            LogLine.KeepFailed(logger, fault, id);
        }
    }

    /// <summary>Keeps all that was told, then the end. What happened must be told: tries for a while.</summary>
    public async Task EndAsync(OperationEnd end, OperationProgress last)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                TakeLines();
                await store.EndAsync(id, end, last, _unkept, CancellationToken.None);
                return;
            }
            catch (Exception fault) when (attempt < MostEndAttempts)
            {
                LogLine.KeepFailed(logger, fault, id);
                await Task.Delay(RetryInterval, time, CancellationToken.None);
            }
            catch (Exception fault)
            {
                LogLine.EndNotKept(logger, fault, id, end.State);
                return;
            }
        }
    }

    // Not cancellable: a line must be kept once, and whether a write that was broken off took place is not known.
    private async Task KeepAsync(OperationProgress progress)
    {
        TakeLines();
        if (_unkept.Count == 0 && progress == _kept)
            return;
        await store.KeepAsync(id, progress, _unkept, CancellationToken.None);
        _unkept.Clear();
        _kept = progress;
    }

    private void TakeLines()
    {
        while (_unkept.Count < MostLinesWaiting && _lines.Reader.TryRead(out var line))
            _unkept.Add(line);
        if (Interlocked.Exchange(ref _linesLost, 0) is > 0 and var lost)
            _unkept.Add(new LogEntry(time.GetUtcNow(), LogSeverity.Warning, new Message("Operations", "LinesLost", $"{lost}")));
    }

    private static partial class LogLine
    {
        [LoggerMessage(Level = LogLevel.Warning, Message = "The state of operation {Operation} could not be written to the catalog; it is tried again.")]
        public static partial void KeepFailed(ILogger logger, Exception fault, OperationId operation);

        [LoggerMessage(Level = LogLevel.Critical, Message = "The end of operation {Operation} ({State}) could not be written to the catalog.")]
        public static partial void EndNotKept(ILogger logger, Exception fault, OperationId operation, OperationState state);
    }
}
