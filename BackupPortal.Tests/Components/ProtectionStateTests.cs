using BackupPortal.Components.Overview;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Tests.Components;

public class ProtectionStateTests
{
    private static readonly DateTimeOffset Tonight = new(2026, 11, 20, 1, 0, 0, TimeSpan.Zero);
    private static readonly NightlySchedule On = new(true, new TimeOnly(2, 0), Tonight.AddDays(1));
    private static readonly NightlySchedule Off = new(false, new TimeOnly(2, 0), null);

    [Fact]
    public void Of_FreshAndProven_SaysProtectedWithAllTimes()
    {
        using var reader = Reader.Of("en");

        var state = Of([Known.Snapshot(Tonight, proven: Tonight.AddMinutes(4))], On);

        Assert.Equal(new ProtectionState(ProtectionLevel.Protected, "Protected", "Last backup today 02:00, proven today 02:04, next tomorrow 02:00."), state);
    }

    [Fact]
    public void Of_NotProven_DoesNotClaimIt()
    {
        using var reader = Reader.Of("de");

        Assert.Equal("Letztes Backup heute 02:00 Uhr, noch nicht vollständig geprüft, nächstes morgen 02:00 Uhr.", Of([Known.Snapshot(Tonight)], On).Sentence);
    }

    [Fact]
    public void Of_NoBackup_IsUnprotectedAndNamesTheFirstRun()
    {
        using var reader = Reader.Of("en");

        var state = Of([], On);

        Assert.Equal(ProtectionLevel.Unprotected, state.Level);
        Assert.Equal("There is no backup yet, the first one is planned for tomorrow 02:00.", state.Sentence);
    }

    [Theory]
    [InlineData(SnapshotOrigin.Safety)]
    [InlineData(SnapshotOrigin.Imported)]
    public void Of_OnlyWhatIsNoBackupOfLiveData_IsUnprotected(SnapshotOrigin origin) =>
        Assert.Equal(ProtectionLevel.Unprotected, Of([Known.Snapshot(Tonight, origin)], On).Level);

    [Fact]
    public void Of_NewestDamaged_IsUnprotectedAlthoughThereAreOthers() =>
        Assert.Equal(ProtectionLevel.Unprotected, Of([Known.Snapshot(Tonight, isDamaged: true), Known.Snapshot(Tonight.AddDays(-1))], On).Level);

    [Theory]
    [InlineData(35, ProtectionLevel.Protected)]
    [InlineData(37, ProtectionLevel.Attention)]
    public void Of_Age_BecomesAMatterOfAttentionOnceANightWasMissed(int hours, ProtectionLevel expected) =>
        Assert.Equal(expected, Of([Known.Snapshot(Known.Now.AddHours(-hours))], On).Level);

    [Fact]
    public void Of_ScheduleOff_AsksForAttention()
    {
        using var reader = Reader.Of("en");

        var state = Of([Known.Snapshot(Tonight)], Off);

        Assert.Equal(ProtectionLevel.Attention, state.Level);
        Assert.Contains("no nightly backup planned", state.Sentence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, ProtectionLevel.Attention)]
    [InlineData(true, ProtectionLevel.Protected)]
    public void Of_LaterAttemptFailed_AsksForAttentionUntilSomebodyTookNote(bool isDismissed, ProtectionLevel expected) => Assert.Equal(
        expected, Of([Known.Snapshot(Tonight)], On, Known.Operation(OperationState.Failed, queued: Tonight.AddHours(1), isDismissed: isDismissed)).Level);

    [Fact]
    public void Of_EarlierAttemptFailed_IsMadeGoodByTheBackup() => Assert.Equal(
        ProtectionLevel.Protected, Of([Known.Snapshot(Tonight)], On, Known.Operation(OperationState.Failed, queued: Tonight.AddHours(-1))).Level);

    [Fact]
    public void Of_BackupRunning_SaysSo()
    {
        using var reader = Reader.Of("en");

        Assert.EndsWith("a backup is running now.", Of([], On, Known.Operation(OperationState.Running)).Sentence, StringComparison.Ordinal);
    }

    private static ProtectionState Of(IReadOnlyList<SnapshotSummary> snapshots, NightlySchedule schedule, params OperationView[] operations) =>
        ProtectionState.Of(snapshots, schedule, operations, Known.Now, Known.Berlin);
}
