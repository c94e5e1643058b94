using System.Text;

namespace BackupPortal.Core.Export;

/// <summary>Gives names that PostgreSQL takes, and that are still different once it has cut them.</summary>
/// <param name="refused">Names that are PostgreSQL's own.</param>
internal sealed class PostgresNames(params IEnumerable<string> refused)
{
    /// <summary>PostgreSQL cuts what is longer, and says so only in a notice.</summary>
    private const int LongestBytes = 63;

    /// <summary>Columns that each table has anyway.</summary>
    public static readonly string[] OfEachTable = ["ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"];

    private readonly HashSet<string> used = [.. refused];

    /// <summary>A name that was not given before: the same one where that can be.</summary>
    public string Next(string name)
    {
        var unique = Cut(name, LongestBytes);
        for (var number = 2; unique.Length == 0 || !used.Add(unique); number++)
            unique = Cut(name, LongestBytes - 5) + $"~{number}";
        return unique;
    }

    private static string Cut(string name, int bytes)
    {
        while (Encoding.UTF8.GetByteCount(name) > bytes)
            name = name[..^(char.IsLowSurrogate(name[^1]) ? 2 : 1)];
        return name;
    }
}
