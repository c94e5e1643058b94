namespace BackupPortal.Core.Repository;

/// <summary>Values by a number: what is said over and over is kept once.</summary>
internal sealed class NumberedValues<T>
    where T : notnull
{
    private readonly List<T> values = [];
    private readonly Dictionary<T, int> numbers = [];

    /// <summary>In the order of their numbers, from 0.</summary>
    public IReadOnlyList<T> Values => values;

    public int NumberOf(T value)
    {
        if (numbers.TryGetValue(value, out var number))
            return number;
        values.Add(value);
        return numbers[value] = values.Count - 1;
    }
}
