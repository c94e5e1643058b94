using System.Text.Json;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>The durable journal of one restore: a folder that is there while the restore is open, and says how far it is.</summary>
internal sealed class RestoreJournal(string folder, RestoreNote note, IRestoreCheckpoint checkpoint)
{
    /// <summary>Beside a journal that stays for its quarantine alone.</summary>
    public const string ClosedMark = "closed";

    private const string FileName = "journal.json";

    public string Folder { get; } = folder;

    public RestoreNote Note { get; private set; } = note;

    /// <summary>Which rows differ from what was kept early. Not durable: whether they were written, the note tells.</summary>
    public RowPlan? Rows { get; set; }

    /// <summary>What is to be done with the files; written before the first of them is touched.</summary>
    public string PlanFile => Path.Combine(Folder, "files.json");

    public bool IsOpen => Note.Step is not (RestoreStep.Done or RestoreStep.Returned);

    public static string FolderOf(TenantHome home, Guid operation) => Path.Combine(home.Restores, operation.ToString("N"));

    public static string FileOf(string folder) => Path.Combine(folder, FileName);

    /// <summary>Journals that are there, open or not, oldest first. Those that a crash kept from being written whole are not among them.</summary>
    public static IReadOnlyList<RestoreJournal> List(TenantHome home, IRestoreCheckpoint checkpoint)
    {
        if (!Directory.Exists(home.Restores))
            return [];
        return [.. Directory.GetDirectories(home.Restores).Order(StringComparer.Ordinal)
            .Where(folder => File.Exists(FileOf(folder)) && !File.Exists(Path.Combine(folder, ClosedMark)))
            .Select(folder => Read(folder, checkpoint))];
    }

    /// <summary>Journals that stay beside their quarantine. Those that cannot be read are not among them.</summary>
    public static IReadOnlyList<RestoreJournal> ListClosed(TenantHome home, IRestoreCheckpoint checkpoint)
    {
        if (!Directory.Exists(home.Restores))
            return [];
        List<RestoreJournal> closed = [];
        foreach (var folder in Directory.GetDirectories(home.Restores).Where(folder => File.Exists(Path.Combine(folder, ClosedMark))).Order(StringComparer.Ordinal))
        {
            try
            {
                closed.Add(Read(folder, checkpoint));
            }
            catch (Exception unreadable) when (unreadable is IOException or JsonException or InvalidDataException)
            {
                // A list must not end with one damaged file; what is beside it is left alone.
            }
        }

        return closed;
    }

    /// <summary>Deletes a closed journal with its quarantine.</summary>
    public void DeleteQuarantine()
    {
        foreach (var quarantined in Quarantine.Folders(Note).ToList())
        {
            Directory.Delete(quarantined, recursive: true);
            var own = Path.GetDirectoryName(quarantined)!;
            if (own == Folder)
                continue;
            DeleteIfEmpty(own);
            DeleteIfEmpty(Path.GetDirectoryName(own)!);
        }

        Directory.Delete(Folder, recursive: true);
    }

    /// <summary>Notes a step, durably. From here on a crash is dealt with as of this step.</summary>
    public async Task WriteAsync(RestoreNote note)
    {
        await DurableFile.WriteAsync(FileOf(Folder), JsonSerializer.SerializeToUtf8Bytes(note));
        Note = note;
        checkpoint.Reached(note.Step.ToString());
    }

    public Task WritePlanAsync(RestorePlan plan) => DurableFile.WriteAsync(PlanFile, JsonSerializer.SerializeToUtf8Bytes(plan));

    public RestorePlan ReadPlan() => JsonSerializer.Deserialize<RestorePlan>(File.ReadAllBytes(PlanFile))!;

    /// <summary>Deletes what the restore no longer needs. The quarantine, and with it the journal, stays.</summary>
    public void Clear()
    {
        DeletePlace(Note.DatabasePlace);
        DeletePlace(Note.FilesPlace);
        // With a quarantine the journal stays beside it, closed, and says what it is.
        if (!IsOpen && Quarantine.Folders(Note).Any())
            File.WriteAllText(Path.Combine(Folder, ClosedMark), "");
        else if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }

    // What was beside the target, with the folders that were made for it when nothing else is in them.
    private void DeletePlace(string place)
    {
        if (Directory.Exists(place))
            Directory.Delete(place, recursive: true);
        var own = Path.GetDirectoryName(place)!;
        if (own == Folder)
            return;
        DeleteIfEmpty(own);
        DeleteIfEmpty(Path.GetDirectoryName(own)!);
    }

    private static void DeleteIfEmpty(string folder)
    {
        if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    private static RestoreJournal Read(string folder, IRestoreCheckpoint checkpoint)
    {
        var file = FileOf(folder);
        var note = JsonSerializer.Deserialize<RestoreNote>(File.ReadAllBytes(file))
            ?? throw new InvalidDataException($"The restore journal {file} is empty.");
        return note.Format == 1 ? new RestoreJournal(folder, note, checkpoint)
            : throw new InvalidDataException($"The restore journal {file} has format {note.Format}; a newer program wrote it.");
    }
}
