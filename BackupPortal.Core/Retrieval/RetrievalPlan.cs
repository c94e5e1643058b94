using System.Text.Json;

namespace BackupPortal.Core.Retrieval;

/// <summary>What bringing something back would do, or did. Tables that are not concerned are left out.</summary>
/// <param name="Conflicts">Rows and files that cannot come back, those first that others follow from; at most <see cref="MostConflicts"/> of each. How many there are is told with their tables.</param>
public sealed record RetrievalPlan(IReadOnlyList<RetrievedTable> Tables, IReadOnlyList<RetrievalConflict> Conflicts)
{
    /// <summary>How many rows that cannot come back are told one by one.</summary>
    public const int MostConflicts = 200;

    public RetrievedFiles Files { get; init; } = new(0, 0, 0, 0);

    /// <summary>Rows that are added to live data.</summary>
    public long Added => Tables.Sum(static table => table.Chosen + table.Needed + table.Dependent);

    /// <summary>Rows of live data that get other values.</summary>
    public long Replaced => Tables.Sum(static table => table.Replaced);

    public long ConflictCount => Tables.Sum(static table => table.Conflicts) + Files.Conflicts;

    public bool IsNothing => Added == 0 && Replaced == 0 && Files.Added == 0 && Files.Replaced == 0;

    /// <summary>Something that users may have open gets other content, so they are kept out for a moment.</summary>
    public bool IsReplacing => Replaced > 0 || Files.Replaced > 0;

    public string ToJson() => JsonSerializer.Serialize(this);

    public static RetrievalPlan FromJson(string json) => JsonSerializer.Deserialize<RetrievalPlan>(json)!;
}

/// <param name="Name">As it is called in the snapshot.</param>
/// <param name="Chosen">Missing rows that were asked for.</param>
/// <param name="Needed">Missing rows that those refer to.</param>
/// <param name="Dependent">Missing rows that refer to those.</param>
/// <param name="Replaced">Rows that get their old values.</param>
/// <param name="LeftChanged">Rows that have changed since, and stay as they are.</param>
/// <param name="Conflicts">Rows that cannot come back.</param>
public sealed record RetrievedTable(string Name, long Chosen, long Needed, long Dependent, long Replaced, long LeftChanged, long Conflicts);

/// <summary>Files and links that come back, get their old content, have changed and stay, and cannot come back.</summary>
public sealed record RetrievedFiles(long Added, long Replaced, long LeftChanged, long Conflicts);

/// <param name="Table">Empty for a file.</param>
/// <param name="Row">By its telling columns, for example <c>7 · Lena Maier</c>; a file's path.</param>
/// <param name="Other">The row of live data that is in the way, by its telling columns; null when none is.</param>
public sealed record RetrievalConflict(string Table, string Row, RetrievalConflictReason Reason, string Detail, string? Other = null)
{
    /// <summary>What is said of it: the end of a text's name.</summary>
    public string TextKey => Table.Length == 0 ? "File" : Other is { Length: > 0 } ? $"{Reason}By" : $"{Reason}";
}

public enum RetrievalConflictReason
{
    /// <summary>Live data has another row with the same value in the columns of <see cref="RetrievalConflict.Detail"/>, where only one may; or something else in that place.</summary>
    Taken,

    /// <summary>It refers to a row of the table <see cref="RetrievalConflict.Detail"/> that is neither live nor can come back.</summary>
    Unmet,
}
