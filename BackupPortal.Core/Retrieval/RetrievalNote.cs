using System.Text.Json;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Retrieval;

/// <summary>
/// Kept while rows are written into live data, so that after a crash it can be told whether they were: the transaction itself needs no help. Stays until the next
/// retrieval, or a recovery, finds the operation ended.
/// </summary>
/// <param name="Probes">See <see cref="RowGathering.Probes"/>.</param>
/// <param name="FilesPlace">Where files are staged.</param>
/// <param name="Files">Null when none come back.</param>
internal sealed record RetrievalNote(
    Guid Operation, string Snapshot, string SafetySnapshot, RetrievalPlan Plan, IReadOnlyList<string> Probes, string? FilesPlace, RestorePlan? Files)
{
    public const string FolderName = "retrievals";

    public OperationId OperationId => new(Operation);

    public OperationOutcome Outcome(TimeSpan? downtime) => new(
        RetrievalText.Of(
            "Done" + (Plan.Replaced > 0 ? "Replaced" : "") + (Files is null ? "" : "WithFiles"),
            $"{Plan.Added}", $"{Plan.Replaced}", $"{Plan.Files.Added + Plan.Files.Replaced}"),
        SnapshotId.Parse(Snapshot), SnapshotId.Parse(SafetySnapshot), downtime, Details: Plan.ToJson());

    public static IEnumerable<string> List(TenantHome home) => Directory.Exists(FolderOf(home)) ? Directory.EnumerateFiles(FolderOf(home), "*.json") : [];

    public static RetrievalNote Read(string file) => JsonSerializer.Deserialize<RetrievalNote>(File.ReadAllBytes(file))
        ?? throw new InvalidDataException($"The note {file} is empty.");

    /// <summary>Deletes what was staged without a note: nothing of it was live. The caller holds the tenant's lease.</summary>
    public static void ClearStaging(TenantHome home)
    {
        if (!Directory.Exists(FolderOf(home)))
            return;
        foreach (var folder in Directory.GetDirectories(FolderOf(home)).Where(folder => !File.Exists(folder + ".json")))
            Directory.Delete(folder, recursive: true);
    }

    public async Task WriteAsync(TenantHome home)
    {
        Directory.CreateDirectory(FolderOf(home));
        await DurableFile.WriteAsync(Path.Combine(FolderOf(home), $"{Operation:N}.json"), JsonSerializer.SerializeToUtf8Bytes(this));
    }

    public static string FolderOf(TenantHome home) => Path.Combine(home.Path, FolderName);
}
