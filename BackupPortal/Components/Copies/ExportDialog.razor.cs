using BackupPortal.Components.Shared;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Export;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Copies.CopiesTexts;

namespace BackupPortal.Components.Copies;

/// <summary>Asks how a backup is to be written: to be downloaded in one of the formats, or as a local copy in one of the places.</summary>
public sealed partial class ExportDialog
{
    // What most people want first.
    private static readonly ExportFormat[] Offered = [ExportFormat.Zip, ExportFormat.SqliteFile, ExportFormat.Csv, ExportFormat.SqliteSql, ExportFormat.PostgresSql];

    private ExportFormat format = Offered[0];
    private string snapshot = "";
    private string place = CopyPlaces.Own;
    private bool isProtected;
    private string passphrase = "";
    private string again = "";
    private string? problem;

    /// <summary>To choose from, newest first; at least one.</summary>
    [Parameter, EditorRequired]
    public IReadOnlyList<SnapshotSummary> Snapshots { get; set; } = [];

    /// <summary>Where local copies may be; empty when it is to be downloaded.</summary>
    [Parameter]
    public IReadOnlyList<string> Places { get; set; } = [];

    [Parameter, EditorRequired]
    public DateTimeOffset Now { get; set; }

    [Parameter, EditorRequired]
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    private bool IsCopy => Places.Count > 0;

    private bool IsZip => IsCopy || format == ExportFormat.Zip;

    private SnapshotSummary Chosen => Snapshots.FirstOrDefault(one => one.Id.Value == snapshot) ?? Snapshots[0];

    /// <summary>Opens it over a page.</summary>
    /// <returns>Null when the person changed their mind.</returns>
    public static Task<ExportWish?> AskAsync(
        DialogService dialogs, IComponent page, IReadOnlyList<SnapshotSummary> snapshots, IReadOnlyList<string> places, DateTimeOffset now, TimeZoneInfo zone)
    {
        var parameters = new Dictionary<string, object>
        {
            [nameof(Snapshots)] = snapshots,
            [nameof(Places)] = places,
            [nameof(Now)] = now,
            [nameof(Zone)] = zone,
        };
        return dialogs.AskAsync<ExportDialog, ExportWish>(page, Texts[places.Count > 0 ? "CopyTitle" : "ExportTitle"], parameters);
    }

    private async Task AnswerAsync()
    {
        var secret = IsZip && isProtected ? passphrase : null;
        problem = secret switch
        {
            null => null,
            { Length: < ExportRequest.ShortestPassphrase } => Texts["PassphraseShort", ExportRequest.ShortestPassphrase],
            _ when secret != again => Texts["PassphraseDiffers"],
            _ => null,
        };
        if (problem is null)
            await OnAnswer.InvokeAsync(new ExportWish(Chosen.Id, IsCopy ? ExportFormat.Zip : format, IsCopy ? place : CopyPlaces.Downloads, secret));
    }
}
