using BackupPortal.Core.Messages;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>What a running operation knows, and how it tells how far it is. Safe for concurrent use.</summary>
/// <param name="arguments">The capability's own JSON, as it was queued.</param>
/// <param name="sink">Receives what is told; must not block.</param>
public sealed class OperationContext(OperationId id, Tenant tenant, string arguments, string requestedBy, IOperationSink sink)
{
    public OperationId Id { get; } = id;

    public Tenant Tenant { get; } = tenant;

    public string Arguments { get; } = arguments;

    public string RequestedBy { get; } = requestedBy;

    /// <summary>Moves on to a phase; progress within it begins at 0.</summary>
    public void EnterPhase(OperationPhase phase) => sink.EnterPhase(phase);

    /// <summary>Tells progress within the phase. Cheap: call it as often as convenient.</summary>
    /// <param name="totalBytes">0 when unknown.</param>
    public void Report(long doneBytes, long totalBytes) => sink.Report(doneBytes, totalBytes);

    /// <summary>Tells how long a phase still waits.</summary>
    public void ReportWait(TimeSpan left, TimeSpan total) => sink.ReportWait(left, total);

    public void Log(Message text, LogSeverity severity = LogSeverity.Information) => sink.Log(severity, text);

    /// <summary>
    /// Says that from here on the work is finished, not cancelled. Call it right before the first step that cannot be taken back.
    /// </summary>
    /// <exception cref="OperationCanceledException">A cancel came first.</exception>
    public void BeginCommit() => sink.BeginCommit();
}

/// <summary>Receives what an <see cref="OperationContext"/> is told: the operation worker, or a test.</summary>
public interface IOperationSink
{
    void EnterPhase(OperationPhase phase);

    void Report(long doneBytes, long totalBytes);

    void ReportWait(TimeSpan left, TimeSpan total);

    void Log(LogSeverity severity, Message text);

    void BeginCommit();
}
