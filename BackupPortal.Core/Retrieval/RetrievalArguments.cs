using System.Text.Json;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Retrieval;

/// <summary>What <see cref="OperationKind.Retrieve"/> is asked for: what of a snapshot is to be live again, beside all that is live now.</summary>
/// <param name="Tables">As they are called in the snapshot.</param>
/// <param name="Where">An SQL condition on the rows of the one table; null for all.</param>
/// <param name="Search">Only rows that have this text in one of their columns, whatever the case of ASCII letters, and files that have it in their path; null for all.</param>
/// <param name="ReplaceChanged">Rows that have changed since get their old values; otherwise only rows that are missing come back.</param>
/// <param name="WithDependents">Also missing rows of other tables that refer to what comes back.</param>
public sealed record RetrievalArguments(
    string Snapshot, IReadOnlyList<string> Tables, string? Where = null, string? Search = null, bool ReplaceChanged = false, bool WithDependents = false)
{
    /// <summary>Files and folders, relative to the files folder; an empty one is all of them.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>Of these of the <see cref="Tables"/> only the rows that are named, whatever <see cref="Where"/> and <see cref="Search"/> say.</summary>
    public IReadOnlyList<PickedRows> Picked { get; init; } = [];

    public SnapshotId SnapshotId => SnapshotId.Parse(Snapshot);

    public string ToJson() => JsonSerializer.Serialize(this);

    public static RetrievalArguments FromJson(string json) => JsonSerializer.Deserialize<RetrievalArguments>(json)!;
}

/// <summary>Rows of a table that a person has picked one by one.</summary>
/// <param name="Table">As it is called in the snapshot.</param>
/// <param name="Rows">Each by its <see cref="RetrievableRow.Key"/>; at most <see cref="Most"/>.</param>
public sealed record PickedRows(string Table, IReadOnlyList<string> Rows)
{
    /// <summary>Nobody looks at more, and they are kept with the operation.</summary>
    public const int Most = 1_000;
}
