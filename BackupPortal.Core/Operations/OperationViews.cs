using System.Text.Json;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>Turns the catalog's rows into what the rest of the program sees, and back.</summary>
internal static class OperationViews
{
    public static OperationView ToView(this OperationRow row) => new(
        new OperationId(row.Id), new TenantId(row.TenantId), Enum.Parse<OperationKind>(row.Kind), Enum.Parse<OperationState>(row.State),
        row.Arguments, row.RequestedBy, row.QueuedUtc, row.StartedUtc, row.EndedUtc, ToPhases(row.Phases),
        row.Progress is null ? null : JsonSerializer.Deserialize(row.Progress, OperationJson.Default.OperationProgress),
        row.Outcome is null ? null : ToOutcome(row.Outcome),
        row.Error is null ? null : Message.FromJson(row.Error),
        row.Hint is null ? null : Message.FromJson(row.Hint),
        row.CanCancel && !row.CancelRequested, row.Dismissed);

    public static LogEntry ToEntry(this OperationLogRow row) =>
        new(row.TimeUtc, Enum.Parse<LogSeverity>(row.Severity), Message.FromJson(row.Text));

    public static OperationLogRow ToRow(this LogEntry entry, OperationId operation) => new()
    {
        OperationId = operation.Value,
        TimeUtc = entry.TimeUtc,
        Severity = entry.Severity.ToString(),
        Text = entry.Text.ToJson(),
    };

    public static string ToText(this IEnumerable<OperationPhase> phases) => string.Join(',', phases);

    public static string ToJson(this OperationProgress progress) => JsonSerializer.Serialize(progress, OperationJson.Default.OperationProgress);

    public static string ToJson(this OperationOutcome outcome) => JsonSerializer.Serialize(
        new KeptOutcome(
            outcome.Summary, outcome.Snapshot?.Value, outcome.SafetySnapshot?.Value, outcome.Downtime, outcome.SizeBytes, outcome.AddedBytes, outcome.Details),
        OperationJson.Default.KeptOutcome);

    private static OperationOutcome ToOutcome(string json)
    {
        var kept = JsonSerializer.Deserialize(json, OperationJson.Default.KeptOutcome)!;
        return new OperationOutcome(
            kept.Summary, ToId(kept.Snapshot), ToId(kept.SafetySnapshot), kept.Downtime, kept.SizeBytes, kept.AddedBytes, kept.Details);
    }

    private static SnapshotId? ToId(string? text) => text is null ? null : SnapshotId.Parse(text);

    private static OperationPhase[] ToPhases(string text) =>
        [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(Enum.Parse<OperationPhase>)];
}
