using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Core.Verification;

namespace BackupPortal.Tests.Components;

/// <summary>Values that components are shown with.</summary>
internal static class Known
{
    public static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    /// <summary>13:00 in Berlin.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 20, 12, 0, 0, TimeSpan.Zero);

    public static readonly Tenant Tenant = new(
        new TenantId(Guid.Parse("0193aaaa-0000-7000-8000-000000000001")), TenantSlug.Parse("goethe"), "Goethe-Gymnasium", Berlin, "/nowhere/app.db", "/nowhere/files",
        new TenantHome("/nowhere"), Now.AddYears(-1));

    private static readonly OperationPhase[] Phases = [OperationPhase.Check, OperationPhase.Snapshot, OperationPhase.Store, OperationPhase.Finish];

    public static SnapshotSummary Snapshot(
        DateTimeOffset created, SnapshotOrigin origin = SnapshotOrigin.Automatic, DateTimeOffset? proven = null, bool isDamaged = false, string? note = null, SnapshotCheck? check = null) =>
        new(SnapshotId.Create(created), created, origin, note, 58_200_000, 1_500, TimeSpan.FromSeconds(1), proven, proven is null ? null : VerifyLevel.Decode, isDamaged, "schedule", check);

    public static OperationView Operation(
        OperationState state, OperationPhase? phase = null, double fraction = 0, DateTimeOffset? queued = null, bool isDismissed = false, TenantId? tenant = null) => new(
        OperationId.Create(), tenant ?? Tenant.Id, OperationKind.Backup, state, new BackupArguments(SnapshotOrigin.Manual, null).ToJson(), "anna@example.org",
        queued ?? Now, Now, state is OperationState.Queued or OperationState.Running ? null : Now.AddSeconds(3), Phases,
        phase is { } at ? new OperationProgress(at, 10_000_000, 40_000_000, fraction, 5_000_000, TimeSpan.FromSeconds(6)) : null,
        null, state == OperationState.Failed ? new Message("Operations", "Unexpected") : null, null, CanCancel: true, isDismissed);

    public static OperationView Check(OperationState state, SnapshotId? snapshot, VerifyLevel level = VerifyLevel.Drill) => Operation(state) with
    {
        Kind = OperationKind.Verify,
        Arguments = new VerifyArguments(snapshot?.Value, level).ToJson(),
    };

    public static SnapshotRecord Record(IReadOnlyDictionary<string, long> tables) => new(
        1, SnapshotId.Create(Now.AddDays(-1)), Tenant.Id, "goethe", "Goethe-Gymnasium", Now.AddDays(-1), Now.AddDays(-1).AddSeconds(1), SnapshotOrigin.Manual, "before",
        new DatabaseFacts(4096, 10, "", "", 1, 0, "UTF-8", "wal", "3.40.1", tables), new FilesFacts("", 2, 200), 41_160, 1_000, [], [], "anna@example.org");
}
