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
/// <param name="Files">Null when none come back, or all of them are settled: only as long as it is there are files put in place or taken back after a crash.</param>
internal sealed record RetrievalNote(
    Guid Operation, string Snapshot, string SafetySnapshot, RetrievalPlan Plan, IReadOnlyList<string> Probes, string? FilesPlace, RestorePlan? Files)
{
    public const string FolderName = "retrievals";

    public OperationId OperationId => new(Operation);

    public OperationOutcome Outcome(TimeSpan? downtime) => new(
        RetrievalText.Of(
            "Done" + (Plan.Replaced > 0 ? "Replaced" : "") + (Plan.Files.Added + Plan.Files.Replaced > 0 ? "WithFiles" : Plan is { Added: 1, Replaced: 0 } ? "One" : ""),
            $"{Plan.Added}", $"{Plan.Replaced}", $"{Plan.Files.Added + Plan.Files.Replaced}"),
        SnapshotId.Parse(Snapshot), SnapshotId.Parse(SafetySnapshot), downtime, Details: Plan.ToJson());

    public static IEnumerable<string> List(TenantHome home) => Directory.Exists(FolderOf(home)) ? Directory.EnumerateFiles(FolderOf(home), "*.json") : [];

    public static RetrievalNote Read(string file) => JsonSerializer.Deserialize<RetrievalNote>(File.ReadAllBytes(file))
        ?? throw new InvalidDataException($"The note {file} is empty.");

    /// <summary>Says durably that nothing is to be taken back or finished any more; no error when there is no note.</summary>
    public static void Forget(TenantHome home, OperationId operation)
    {
        if (Directory.Exists(FolderOf(home)))
            DurableFile.Delete(FileOf(home, operation.Value));
    }

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
        await DurableFile.WriteAsync(FileOf(home, Operation), JsonSerializer.SerializeToUtf8Bytes(this));
    }

    private static string FileOf(TenantHome home, Guid operation) => Path.Combine(FolderOf(home), $"{operation:N}.json");

    public static string FolderOf(TenantHome home) => Path.Combine(home.Path, FolderName);
}
