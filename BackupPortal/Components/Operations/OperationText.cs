using System.Globalization;
using System.Text.Json;
using BackupPortal.Components.Copies;
using BackupPortal.Components.Formats;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Verification;
using static BackupPortal.Components.Operations.OperationsTexts;

namespace BackupPortal.Components.Operations;

/// <summary>How operations are spoken of.</summary>
internal static class OperationText
{
    /// <summary>What was asked for, for example <c>Restore of 20 Nov 2026, 14:02</c>.</summary>
    public static string Title(OperationView view, TimeZoneInfo zone)
    {
        try
        {
            return view.Kind switch
            {
                OperationKind.Backup => BackupTitle(BackupArguments.FromJson(view.Arguments)),
                OperationKind.Restore => Texts["KindRestore", Snapshot(RestoreArguments.FromJson(view.Arguments).Snapshot, zone)],
                OperationKind.Undo => Texts["KindUndo"],
                OperationKind.Verify => VerifyTitle(VerifyArguments.FromJson(view.Arguments), zone),
                OperationKind.Prune => Texts["KindPrune"],
                OperationKind.Retrieve => RetrievalTitle(RetrievalArguments.FromJson(view.Arguments), zone),
                OperationKind.RestoreAsTenant => NewTenantTitle(RestoreAsTenantArguments.FromJson(view.Arguments), zone),
                OperationKind.Export => ExportTitle(ExportArguments.FromJson(view.Arguments), zone),
                OperationKind.Import => Texts["KindImport"],
                _ => view.Kind.ToString(),
            };
        }
        catch (JsonException)
        {
            // A list must show also what an older or newer program queued.
            return view.Kind.ToString();
        }
    }

    public static string Phase(OperationPhase phase) => phase.Text().Format(CultureInfo.CurrentUICulture);

    public static string State(OperationState state) => state.Text().Format(CultureInfo.CurrentUICulture);

    public static bool IsOver(this OperationView view) => view.State is not (OperationState.Queued or OperationState.Running);

    /// <summary>Whole percents; 100 only when it is really done.</summary>
    public static int Percent(this OperationView view) => view.State switch
    {
        OperationState.Succeeded => 100,
        _ => (int)Math.Clamp(Math.Floor((view.Progress?.Fraction ?? 0) * 100), 0, 99),
    };

    /// <summary>What came of it, in the reader's language; null while there is nothing to say.</summary>
    public static string? Result(this OperationView view) =>
        (view.Error ?? view.Outcome?.Summary)?.Format(CultureInfo.CurrentUICulture)
        ?? (view.State == OperationState.Interrupted ? Texts["Interrupted"] : null);

    private static string BackupTitle(BackupArguments arguments) => arguments switch
    {
        { Origin: SnapshotOrigin.Automatic } => Texts["KindNightly"],
        { Note: { Length: > 0 } note } => Texts["KindBackupNote", note],
        _ => Texts["KindBackup"],
    };

    private static string RetrievalTitle(RetrievalArguments arguments, TimeZoneInfo zone) =>
        Texts["KindRetrieve", Snapshot(arguments.Snapshot, zone), string.Join(", ", arguments.Tables)];

    private static string ExportTitle(ExportArguments arguments, TimeZoneInfo zone) => arguments.Place == CopyPlaces.Downloads
        ? Texts["KindExport", Snapshot(arguments.Snapshot, zone), FormatText.Name(arguments.Format)]
        : Texts["KindCopy", Snapshot(arguments.Snapshot, zone)];

    private static string NewTenantTitle(RestoreAsTenantArguments arguments, TimeZoneInfo zone) =>
        Texts["KindRestoreAsTenant", Snapshot(arguments.Snapshot, zone), arguments.Name];

    private static string VerifyTitle(VerifyArguments arguments, TimeZoneInfo zone)
    {
        var kind = arguments.Level == VerifyLevel.Decode ? "KindVerify" : $"Kind{arguments.Level}";
        return arguments.Snapshot is { } one ? Texts[kind, Snapshot(one, zone)] : Texts[kind + "All"];
    }

    private static string Snapshot(string reference, TimeZoneInfo zone) =>
        SnapshotId.TryParse(reference, out var id) ? TimeText.Absolute(SnapshotTime.Of(id), zone) : reference;
}
