using BackupPortal.Components.Shared;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using Microsoft.AspNetCore.Components;
using Radzen;
using static BackupPortal.Components.Backups.BackupsTexts;

namespace BackupPortal.Components.Backups;

/// <summary>Asks for the note of a new backup.</summary>
public sealed partial class CreateBackupDialog
{
    private string note = "";

    /// <summary>What the estimate goes by; null before the first backup.</summary>
    [Parameter]
    public SnapshotSummary? Newest { get; set; }

    /// <summary>The size of the database alone.</summary>
    [Parameter]
    public long LeastBytes { get; set; }

    /// <summary>Opens it over a page.</summary>
    /// <param name="snapshots">Newest first.</param>
    /// <returns>Null when the person changed their mind.</returns>
    public static Task<BackupArguments?> AskAsync(DialogService dialogs, IComponent page, Tenant tenant, IReadOnlyList<SnapshotSummary> snapshots)
    {
        // Its size is looked up by name; live data is never opened here.
        var database = new System.IO.FileInfo(tenant.DatabasePath);
        var parameters = new Dictionary<string, object> { [nameof(LeastBytes)] = database.Exists ? database.Length : 0 };
        if (snapshots is [var newest, ..])
            parameters[nameof(Newest)] = newest;
        return dialogs.AskAsync<CreateBackupDialog, BackupArguments>(page, Texts["CreateTitle"], parameters);
    }

    private Task AnswerAsync() =>
        OnAnswer.InvokeAsync(new BackupArguments(SnapshotOrigin.Manual, string.IsNullOrWhiteSpace(note) ? null : note.Trim()));
}
