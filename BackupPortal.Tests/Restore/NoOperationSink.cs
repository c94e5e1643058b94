using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;

namespace BackupPortal.Tests.Restore;

/// <summary>For an operation that runs beside the catalog: nobody watches, and nobody cancels.</summary>
internal sealed class NoOperationSink : IOperationSink
{
    public void EnterPhase(OperationPhase phase)
    {
        // Nobody watches.
    }

    public void Report(long doneBytes, long totalBytes)
    {
        // As above.
    }

    public void ReportWait(TimeSpan left, TimeSpan total)
    {
        // As above.
    }

    public void Log(LogSeverity severity, Message text)
    {
        // As above.
    }

    public void BeginCommit()
    {
        // Nobody cancels.
    }
}
