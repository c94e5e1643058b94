using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Backup;

/// <summary>Stores a files folder as it is now: reads what changed, takes the rest over. Each run replaces the result of the one before.</summary>
internal sealed class FilesStoring(SnapshotWriter writer, TimeProvider time)
{
    private const int Attempts = 3;
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(50);

    private readonly Baseline newest = Baseline.Of(writer.Previous, writer.PreviousFiles);
    private Baseline? lastRun;

    public CompactEntries Entries { get; private set; } = new();

    public IReadOnlyList<FileNotice> Notices { get; private set; } = [];

    /// <summary>Files whose content was read by the last run.</summary>
    public int FilesRead { get; private set; }

    /// <param name="isForeign">Whether these are other files than those that were stored before, whatever their times say.</param>
    public async Task RunAsync(
        string root, IReadOnlyCollection<string> exclude, Action<long, long>? progress, CancellationToken cancellationToken, bool isForeign = false)
    {
        var begun = time.GetUtcNow();
        var notices = new List<FileNotice>();
        var excluded = new ExcludedFiles(exclude);
        var entries = new CompactEntries();
        var (toRead, total, done) = (0, 0L, 0L);
        foreach (var found in FileTree.Walk(root, exclude, notices.Add, cancellationToken))
        {
            var entry = (isForeign ? null : lastRun?.Reuse(found) ?? newest.Reuse(found)) ?? found;
            entries.Add(entry);
            if (!MustBeRead(entry))
                continue;
            toRead++;
            total += entry.SizeBytes;
        }

        if (toRead > 0)
        {
            var whole = new CompactEntries();
            foreach (var entry in entries)
            {
                if (!MustBeRead(entry))
                {
                    whole.Add(entry);
                    continue;
                }
                cancellationToken.ThrowIfCancellationRequested();
                progress?.Invoke(done, total);
                if (await StoreAsync(root, entry, excluded, notices, cancellationToken) is { } stored)
                    whole.Add(stored);
                done += entry.SizeBytes;
            }
            entries = whole;
        }
        progress?.Invoke(total, total);
        (Entries, Notices, FilesRead) = (entries, notices, toRead);
        lastRun = Baseline.Of(begun, entries);
    }

    private static bool MustBeRead(FileEntry entry) => entry is { Kind: FileEntryKind.File, Hash: null };

    /// <summary>Null, with a notice, when the file cannot be had as one whole.</summary>
    private async Task<FileEntry?> StoreAsync(
        string root, FileEntry found, ExcludedFiles excluded, List<FileNotice> notices, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 1; attempt <= Attempts; attempt++)
            {
                if (await TryStoreAsync(root, found, excluded, cancellationToken) is { } whole)
                    return whole;
                await Task.Delay(BetweenAttempts * attempt, time, cancellationToken);
            }
        }
        catch (FileNotFoundException)
        {
            notices.Add(new FileNotice(found.Path, FileNoticeReason.Vanished));
            return null;
        }
        catch (FileUnreadableException e)
        {
            notices.Add(new FileNotice(found.Path, FileNoticeReason.Unreadable, e.Message));
            return null;
        }

        // Better a whole older version than none: a restore takes away what a snapshot does not have.
        var previous = newest.Files.Find(found.Path) is { Kind: FileEntryKind.File, Hash: not null } entry ? entry : null;
        notices.Add(new FileNotice(found.Path, previous is null ? FileNoticeReason.Changing : FileNoticeReason.ChangingKeptPrevious));
        return previous;
    }

    /// <summary>Null when the file changed while it was read.</summary>
    private async Task<FileEntry?> TryStoreAsync(string root, FileEntry found, ExcludedFiles excluded, CancellationToken cancellationToken)
    {
        using var reading = FileReading.Open($"{root.TrimEnd('/')}/{found.Path}", excluded);
        var status = reading.Status;
        var stored = await writer.StoreContentAsync(reading.Content, found.Path, cancellationToken);
        return stored.SizeBytes != status.SizeBytes || !reading.IsUnchanged() ? null : found with
        {
            SizeBytes = stored.SizeBytes,
            ModifiedUnixNanoseconds = status.ModifiedUnixNanoseconds,
            Mode = status.Mode,
            UserId = status.UserId,
            GroupId = status.GroupId,
            Sha256 = stored.Sha256,
            Pieces = stored.Pieces,
        };
    }
}
