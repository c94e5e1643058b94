using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Verification;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Backups.BackupsTexts;

namespace BackupPortal.Components.Backups;

/// <summary>Asks how far a backup is to be checked, and tells what each level costs.</summary>
public sealed partial class VerifyDialog
{
    // The strongest first: it is what a careful person should do, and the keyboard lands on it.
    private static readonly VerifyLevel[] Offered = [VerifyLevel.Drill, VerifyLevel.Decode, VerifyLevel.Presence];

    private VerifyLevel wanted = Offered[0];

    [Parameter, EditorRequired]
    public SnapshotSummary Snapshot { get; set; } = default!;

    /// <summary>All of the school: what their checks took tells what this one will take.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<SnapshotSummary> Snapshots { get; set; } = [];

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Parameter, EditorRequired]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>Opens it over a page.</summary>
    /// <returns>Null when the person changed their mind.</returns>
    public static Task<VerifyArguments?> AskAsync(
        DialogService dialogs, IComponent page, SnapshotSummary snapshot, IReadOnlyList<SnapshotSummary> snapshots, DateTimeOffset now, TimeZoneInfo zone)
    {
        var parameters = new Dictionary<string, object>
        {
            [nameof(Snapshot)] = snapshot,
            [nameof(Snapshots)] = snapshots,
            [nameof(Now)] = now,
            [nameof(Zone)] = zone,
        };
        return dialogs.AskAsync<VerifyDialog, VerifyArguments>(page, Texts["VerifyTitle"], parameters);
    }

    private Task AnswerAsync() => OnAnswer.InvokeAsync(new VerifyArguments(Snapshot.Id.Value, wanted));
}
