using BackupPortal.Core.Restore;

namespace BackupPortal.Tests.Restore;

/// <summary>Counts the points that a restore passes, lets members write at each, and does something at some of them.</summary>
internal sealed class FaultScript : IRestoreCheckpoint
{
    private readonly List<string> _points = [];
    private readonly Dictionary<int, Action> _acts = [];

    /// <summary>Passed since the last <see cref="Begin"/>.</summary>
    public IReadOnlyList<string> Points => _points;

    public Action? AtEach { get; set; }

    /// <param name="acts">What is done, and at which point's number, from 0.</param>
    public void Begin(params IReadOnlyList<(int At, Action Act)> acts)
    {
        _points.Clear();
        _acts.Clear();
        foreach (var (at, act) in acts)
            _acts.Add(at, act);
    }

    public void End() => _acts.Clear();

    public void Reached(string point)
    {
        _points.Add(point);
        AtEach?.Invoke();
        if (_acts.Remove(_points.Count - 1, out var act))
            act();
    }
}
