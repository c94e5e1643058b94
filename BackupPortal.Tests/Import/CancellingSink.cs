using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;

namespace BackupPortal.Tests.Import;

/// <summary>Cancels an operation at the moment that it enters a phase, as a person may.</summary>
internal sealed class CancellingSink(OperationPhase at) : IOperationSink, IDisposable
{
    private readonly CancellationTokenSource cancel = new();

    public CancellationToken Token => cancel.Token;

    public void EnterPhase(OperationPhase phase)
    {
        if (phase == at)
            cancel.Cancel();
    }

    public void Report(long doneBytes, long totalBytes)
    {
        // Nobody watches.
    }

    public void ReportWait(TimeSpan left, TimeSpan total)
    {
        // As above.
    }

    public void Log(LogSeverity severity, Message text)
    {
        // As above.
    }

    public void BeginCommit() => cancel.Token.ThrowIfCancellationRequested();

    public void Dispose() => cancel.Dispose();
}
