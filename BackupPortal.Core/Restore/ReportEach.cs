namespace BackupPortal.Core.Restore;

/// <summary>Passes progress on at once, in order, on the thread that reports it.</summary>
internal sealed class ReportEach(Action<long> report) : IProgress<long>
{
    public void Report(long value) => report(value);
}
