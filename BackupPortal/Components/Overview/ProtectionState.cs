using BackupPortal.Components.Formats;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using static BackupPortal.Components.Overview.OverviewTexts;

namespace BackupPortal.Components.Overview;

/// <summary>How well a school is protected.</summary>
public enum ProtectionLevel
{
    Protected,
    Attention,
    Unprotected,
}

/// <summary>The one sentence: am I safe? Computed from what is known, never better than that.</summary>
/// <remarks>Public because it is a component's parameter.</remarks>
public sealed record ProtectionState(ProtectionLevel Level, string Title, string Sentence)
{
    /// <summary>A nightly backup that is older than this was missed.</summary>
    public static readonly TimeSpan LateAfter = TimeSpan.FromHours(36);

    /// <param name="snapshots">Newest first. Those that do not protect from the next loss do not count.</param>
    /// <param name="operations">In any order; those that matter are backups.</param>
    public static ProtectionState Of(
        IReadOnlyList<SnapshotSummary> snapshots, NightlySchedule schedule, IReadOnlyList<OperationView> operations, DateTimeOffset now, TimeZoneInfo zone)
    {
        var newest = snapshots.FirstOrDefault(static snapshot => snapshot.Protects);
        var isRunning = operations.Any(static view => view is { Kind: OperationKind.Backup, State: OperationState.Running });
        if (newest is null)
            return Unprotected(isRunning, schedule, now, zone);
        if (newest.IsDamaged)
            return Damaged(newest, isRunning, schedule, now, zone);

        var isLate = now - newest.CreatedUtc > LateAfter;
        var hasFailed = HasFailedSince(newest, operations);
        var parts = new List<string> { Texts["LastBackup", TimeText.Near(newest.CreatedUtc, now, zone)] };
        parts.Add(newest.ProvenUtc is { } proven ? Texts["Proven", TimeText.Near(proven, now, zone)] : Texts["NotProven"]);
        if (isLate)
            parts.Add(Texts["Late", DurationText.Format(now - newest.CreatedUtc)]);
        if (hasFailed)
            parts.Add(Texts["LastAttemptFailed"]);
        parts.Add(isRunning ? Texts["RunningNow"] : Next(schedule, now, zone));
        return isLate || hasFailed || !schedule.IsOn
            ? new ProtectionState(ProtectionLevel.Attention, Texts["StateAttention"], Join(parts))
            : new ProtectionState(ProtectionLevel.Protected, Texts["StateProtected"], Join(parts));
    }

    /// <summary>A backup that failed or was interrupted after the newest one was made, and that nobody has taken note of.</summary>
    private static bool HasFailedSince(SnapshotSummary newest, IReadOnlyList<OperationView> operations) => operations.Any(view =>
        view is { Kind: OperationKind.Backup, Dismissed: false, State: OperationState.Failed or OperationState.Interrupted }
        && view.QueuedUtc > newest.CreatedUtc);

    private static ProtectionState Unprotected(bool isRunning, NightlySchedule schedule, DateTimeOffset now, TimeZoneInfo zone)
    {
        var second = isRunning ? Texts["RunningNow"]
            : schedule is { IsOn: true, NextRunUtc: { } next } ? Texts["NextFirst", TimeText.Near(next, now, zone)]
            : Texts["NoNext"];
        return new ProtectionState(ProtectionLevel.Unprotected, Texts["StateUnprotected"], Join([Texts["NoBackup"], second]));
    }

    private static ProtectionState Damaged(SnapshotSummary newest, bool isRunning, NightlySchedule schedule, DateTimeOffset now, TimeZoneInfo zone) => new(
        ProtectionLevel.Unprotected,
        Texts["StateUnprotected"],
        Join([
            Texts["LatestDamaged", TimeText.Near(newest.CreatedUtc, now, zone)],
            isRunning ? Texts["RunningNow"] : Next(schedule, now, zone),
        ]));

    private static string Next(NightlySchedule schedule, DateTimeOffset now, TimeZoneInfo zone) =>
        schedule is { IsOn: true, NextRunUtc: { } next } ? Texts["Next", TimeText.Near(next, now, zone)] : Texts["NoNext"];

    private static string Join(IEnumerable<string> parts) => $"{string.Join(", ", parts)}.";
}
