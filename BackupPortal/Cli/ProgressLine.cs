using System.Globalization;

namespace BackupPortal.Cli;

/// <summary>One line that says how far the work is, written over and over; nothing at all when nobody sits at a terminal. Safe for concurrent use.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan _atMostEvery = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter _target;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly bool _isShown;
    private long _lastShown;
    private int _width;

    public ProgressLine(TextWriter target, bool? isTerminal = null, TimeProvider? time = null)
    {
        _target = target;
        _isShown = isTerminal ?? !Console.IsErrorRedirected;
        _time = time ?? TimeProvider.System;
    }

    /// <param name="totalBytes">0 when unknown.</param>
    public void Show(string what, long doneBytes, long totalBytes) => Show(totalBytes > 0
        ? string.Create(CultureInfo.InvariantCulture, $"{what} {(double)doneBytes / totalBytes:0%}, {HumanText.Size(doneBytes)} of {HumanText.Size(totalBytes)}")
        : what);

    public void Show(string line)
    {
        if (!_isShown)
            return;
        lock (_lock)
        {
            var now = _time.GetTimestamp();
            if (_width > 0 && _time.GetElapsedTime(_lastShown, now) < _atMostEvery)
                return;
            _lastShown = now;
            _target.Write("\r" + line.PadRight(_width));
            _width = Math.Max(_width, line.Length);
        }
    }

    /// <summary>Leaves the terminal's line empty.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_width > 0)
                _target.Write("\r" + new string(' ', _width) + "\r");
            _width = 0;
        }
    }

    public void Dispose() => Clear();
}
