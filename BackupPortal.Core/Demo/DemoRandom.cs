namespace BackupPortal.Core.Demo;

/// <summary>A small generator of numbers (SplitMix64) whose sequence is the same on every machine and in every version of the runtime.</summary>
internal sealed class DemoRandom(int seed)
{
    private ulong _state = (ulong)seed * 0x9E3779B97F4A7C15;

    public ulong NextBits()
    {
        var bits = _state += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <returns>0 to <paramref name="below"/> - 1.</returns>
    public int Next(int below) => (int)(((NextBits() >> 32) * (ulong)below) >> 32);

    public int Between(int first, int last) => first + Next(last - first + 1);

    public bool Chance(int percent) => Next(100) < percent;

    public T Pick<T>(IReadOnlyList<T> list) => list[Next(list.Count)];
}
