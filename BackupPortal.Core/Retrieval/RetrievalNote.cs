using System.Text.Json;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>
/// Kept while rows are written into live data, so that after a crash it can be told whether they were: the transaction itself needs no help. Stays until the next
/// retrieval, or a recovery, finds the operation ended.
/// </summary>
/// <param name="Probes">See <see cref="RowGathering.Probes"/>.</param>
internal sealed record RetrievalNote(Guid Operation, string Snapshot, string SafetySnapshot, RetrievalPlan Plan, IReadOnlyList<string> Probes)
{
    public OperationId OperationId => new(Operation);

    public OperationOutcome Outcome(TimeSpan? downtime) => new(
        RetrievalText.Of(Plan.Replaced > 0 ? "DoneReplaced" : "Done", $"{Plan.Added}", $"{Plan.Replaced}"),
        SnapshotId.Parse(Snapshot), SnapshotId.Parse(SafetySnapshot), downtime, Details: Plan.ToJson());

    public static IEnumerable<string> List(TenantHome home) => Directory.Exists(FolderOf(home)) ? Directory.EnumerateFiles(FolderOf(home), "*.json") : [];

    public static RetrievalNote Read(string file) => JsonSerializer.Deserialize<RetrievalNote>(File.ReadAllBytes(file))
        ?? throw new InvalidDataException($"The note {file} is empty.");

    public async Task WriteAsync(TenantHome home)
    {
        Directory.CreateDirectory(FolderOf(home));
        await DurableFile.WriteAsync(Path.Combine(FolderOf(home), $"{Operation:N}.json"), JsonSerializer.SerializeToUtf8Bytes(this));
    }

    private static string FolderOf(TenantHome home) => Path.Combine(home.Path, "retrievals");
}
