namespace BackupPortal.Cli;

/// <summary>Aligns columns for a person to read. Numbers stand at the right of their column.</summary>
internal sealed class TextTable(params IReadOnlyList<string> headings)
{
    private readonly List<IReadOnlyList<string>> _rows = [headings];
    private readonly HashSet<int> _right = [];

    public TextTable AlignRight(params IEnumerable<int> columns)
    {
        _right.UnionWith(columns);
        return this;
    }

    public TextTable Add(params IReadOnlyList<string> cells)
    {
        _rows.Add(cells);
        return this;
    }

    public void Write(TextWriter target)
    {
        var widths = Enumerable.Range(0, headings.Count).Select(column => _rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in _rows)
            target.WriteLine(string.Join("  ", row.Select((cell, column) => _right.Contains(column) ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column]))).TrimEnd());
    }
}
