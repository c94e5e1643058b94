namespace BackupPortal.Core.Backup;

/// <summary>Passes progress on where it is told; <see cref="Progress{T}"/> would queue it, and tell it late.</summary>
internal sealed class ProgressRelay(Action<long> told) : IProgress<long>
{
    public void Report(long value) => told(value);
}
