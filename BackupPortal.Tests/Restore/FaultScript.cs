using BackupPortal.Core.Restore;

namespace BackupPortal.Tests.Restore;

/// <summary>Counts the points that a restore passes, lets members write at each, and does something at one of them.</summary>
internal sealed class FaultScript : IRestoreCheckpoint
{
    private readonly List<string> _points = [];
    private int _at = -1;
    private Action? _act;

    /// <summary>Passed since the last <see cref="Begin"/>.</summary>
    public IReadOnlyList<string> Points => _points;

    public Action? AtEach { get; set; }

    /// <param name="at">The point's number, from 0.</param>
    public void Begin(int at, Action? act)
    {
        _points.Clear();
        (_at, _act) = (at, act);
    }

    public void End() => _act = null;

    public void Reached(string point)
    {
        _points.Add(point);
        AtEach?.Invoke();
        if (_points.Count - 1 != _at || _act is not { } act)
            return;
        _act = null;
        act();
    }
}
