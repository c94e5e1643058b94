using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;

namespace BackupPortal.Core.Restore;

/// <summary>Collects what a recovery tells, for the log of the operation that was interrupted. It has no phases to show, and cannot be cancelled.</summary>
internal sealed class RecoveryLog(TimeProvider time) : IOperationSink
{
    private readonly List<LogEntry> _lines = [];

    public IReadOnlyList<LogEntry> Lines => _lines;

    public void EnterPhase(OperationPhase phase)
    {
        // The operation's process is gone, and nobody watches its phases.
    }

    public void Report(long doneBytes, long totalBytes)
    {
        // As above.
    }

    public void ReportWait(TimeSpan left, TimeSpan total)
    {
        // As above.
    }

    public void Log(LogSeverity severity, Message text) => _lines.Add(new LogEntry(time.GetUtcNow(), severity, text));

    public void BeginCommit()
    {
        // What is recovered had begun long ago.
    }
}
