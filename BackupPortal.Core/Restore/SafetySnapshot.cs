using BackupPortal.Core.Catalog;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Makes what was live before a restore a snapshot in the repository, from what the swap took out. Live data is not read for it.</summary>
internal sealed class SafetySnapshot(TenantRepositories repositories, SnapshotIndex index, TimeProvider time)
{
    private const int Format = 1;

    /// <summary>The files folder as it was, with content where the restored snapshot has the same; the rest is in the safety folder.</summary>
    /// <param name="restored">Ordered by path (ordinal), as the result is.</param>
    public static IEnumerable<FileEntry> FilesBefore(RestorePlan plan, IEnumerable<FileEntry> restored)
    {
        var changed = plan.Changes.Select(change => change.Path).ToHashSet(StringComparer.Ordinal);
        var before = plan.Changes.Where(change => change.Before is not null).OrderBy(change => change.Path, StringComparer.Ordinal).ToList();
        var next = 0;
        foreach (var entry in restored.Where(entry => !changed.Contains(entry.Path)))
        {
            for (; next < before.Count && string.CompareOrdinal(before[next].Path, entry.Path) < 0; next++)
                yield return Before(before[next]);
            yield return entry;
        }
        for (; next < before.Count; next++)
            yield return Before(before[next]);
    }

    /// <param name="reader">The restored snapshot.</param>
    /// <param name="keptDatabase">The database that was live.</param>
    /// <returns>The new snapshot, or the one of an earlier attempt.</returns>
    public async Task<SnapshotRecord> StoreAsync(
        Tenant tenant, RestoreNote note, SnapshotReader reader, RestorePlan plan, string keptDatabase, IProgress<long>? progress)
    {
        var repository = repositories.Of(tenant);
        var id = SnapshotId.Parse(note.SafetySnapshot!);
        if ((await repository.ListAsync(CancellationToken.None)).Contains(id))
            return await TellAsync(repository, note, await repository.ReadRecordAsync(id, CancellationToken.None));

        var facts = LiveDatabaseCopy.ReadFacts(keptDatabase, CancellationToken.None);
        await using var writer = await repository.BeginAsync(CancellationToken.None);
        var database = await writer.StoreDatabaseAsync(keptDatabase, progress, CancellationToken.None);
        var notices = new List<string>();
        var entries = await StoreFilesAsync(writer, reader, plan, new FilePlaces(note.FilesPath, note.FilesPlace), notices);
        var files = await writer.StoreManifestAsync(entries, CancellationToken.None);
        return await TellAsync(repository, note, await writer.CommitAsync(
            new SnapshotRecord(
                Format, id, tenant.Id, tenant.Slug.Value, tenant.Name, note.KeptUtc!.Value, time.GetUtcNow(), SnapshotOrigin.Safety,
                RestoreText.Of("SafetyNote", note.Snapshot, note.Operation.ToString("N")).ToString(),
                new DatabaseFacts(
                    database.PageSize, database.PageCount, database.RootHash, database.MapHash, facts.UserVersion, facts.ApplicationId, facts.Encoding,
                    note.Swap!.LiveIsWal ? "wal" : "delete", SqliteBinding.LibraryVersion, facts.Tables),
                files, (database.PageCount * database.PageSize) + files.SizeBytes, 0, [], notices, note.RequestedBy),
            CancellationToken.None));
    }

    private async Task<SnapshotRecord> TellAsync(SnapshotRepository repository, RestoreNote note, SnapshotRecord record)
    {
        await index.AddAsync(record, CancellationToken.None);
        if (note.From is null)
            RestoredBase.Keep(repository.CacheFolder, record.Id, note.SnapshotId);
        return record;
    }

    private static FileEntry Before(FileChange change) => change is { Kind: FileChangeKind.Attributes, After: { } same }
        ? change.Before! with { Hash = same.Hash, Pieces = same.Pieces }
        : change.Before!;

    private static async Task<CompactEntries> StoreFilesAsync(
        SnapshotWriter writer, SnapshotReader reader, RestorePlan plan, FilePlaces places, List<string> notices)
    {
        var takenOut = plan.Changes.Where(change => change is { Before.Kind: FileEntryKind.File, Kind: not FileChangeKind.Attributes })
            .ToDictionary(change => change.Path, places.TakenOut, StringComparer.Ordinal);
        var others = (plan.Others ?? []).ToHashSet(StringComparer.Ordinal);
        // What was imported has times that anybody may have set, and says nothing of live files.
        var previous = writer.Previous is { Origin: SnapshotOrigin.Imported } ? new CompactEntries() : writer.PreviousFiles;
        var files = new CompactEntries();
        foreach (var before in FilesBefore(plan, reader.Files))
        {
            if (!takenOut.TryGetValue(before.Path, out var file))
            {
                files.Add(before);
                continue;
            }
            if (FileStamp.Find(file) is not { Kind: FileEntryKind.File } stamp)
            {
                notices.Add($"{before.Path} vanished before the restore took it out.");
                continue;
            }

            var entry = before with { SizeBytes = stamp.SizeBytes, ModifiedUnixNanoseconds = stamp.ModifiedUnixNanoseconds, Mode = stamp.Mode };
            files.Add(!others.Contains(entry.Path) && previous.Find(entry.Path) is { } known && RestorePlan.SameContent(known, entry)
                ? entry with { Hash = known.Hash, Pieces = known.Pieces }
                : await StoreAsync(writer, entry, file));
        }

        return files;
    }

    private static async Task<FileEntry> StoreAsync(SnapshotWriter writer, FileEntry entry, string file)
    {
        await using var content = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.Asynchronous);
        var stored = await writer.StoreContentAsync(content, CancellationToken.None);
        return entry with { SizeBytes = stored.SizeBytes, Sha256 = stored.Sha256, Pieces = stored.Pieces };
    }
}
