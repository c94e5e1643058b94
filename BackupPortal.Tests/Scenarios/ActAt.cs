using BackupPortal.Core.Restore;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Does something once, when a restore has passed a point.</summary>
internal sealed class ActAt(string point) : IRestoreCheckpoint
{
    private bool _isDone;

    public Action? Act { get; set; }

    public void Reached(string reached)
    {
        if (reached != point || _isDone || Act is null)
            return;
        _isDone = true;
        Act();
    }
}
