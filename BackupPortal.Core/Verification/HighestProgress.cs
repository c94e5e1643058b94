namespace BackupPortal.Core.Verification;

/// <summary>Hands progress on as it comes, from any thread, without ever going back.</summary>
internal sealed class HighestProgress(Action<long> report) : IProgress<long>
{
    private readonly Lock gate = new();
    private long highest;

    public void Report(long value)
    {
        lock (gate)
        {
            if (value <= highest)
                return;
            highest = value;
            report(value);
        }
    }
}
