using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;

namespace BackupPortal.Tests.Backup;

/// <summary>Keeps what an operation tells, and lets a test act at a given moment of it.</summary>
internal sealed class RecordingSink : IOperationSink
{
    private readonly Lock sync = new();
    private readonly List<(LogSeverity Severity, Message Text)> log = [];

    public List<OperationPhase> Phases { get; } = [];

    public IReadOnlyList<(LogSeverity Severity, Message Text)> Lines
    {
        get
        {
            lock (sync)
                return [.. log];
        }
    }

    public Action<OperationPhase>? Entered { get; set; }

    public Action<long, long>? Reported { get; set; }

    public Action? Committing { get; set; }

    public IEnumerable<string> Keys(LogSeverity severity) => Lines.Where(line => line.Severity == severity).Select(line => line.Text.Key);

    public void EnterPhase(OperationPhase phase)
    {
        Phases.Add(phase);
        Entered?.Invoke(phase);
    }

    public void Report(long doneBytes, long totalBytes)
    {
        Assert.InRange(doneBytes, 0, totalBytes);
        Reported?.Invoke(doneBytes, totalBytes);
    }

    public void ReportWait(TimeSpan left, TimeSpan total)
    {
    }

    public void Log(LogSeverity severity, Message text)
    {
        // Every text is there in both languages.
        Assert.NotEqual(text.Format(CultureInfo.InvariantCulture), text.Format(new CultureInfo("de-DE")));
        lock (sync)
            log.Add((severity, text));
    }

    public void BeginCommit() => Committing?.Invoke();
}
