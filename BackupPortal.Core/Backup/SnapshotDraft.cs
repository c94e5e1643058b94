using System.Globalization;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Backup;

/// <summary>
/// A snapshot in the making. Store the database and the files, in any order; then <see cref="StoreManifestAsync"/>, then <see cref="CommitAsync"/>.
/// Nothing is visible before that. Disposing removes the scratch copy, and gives up what was not committed. Not safe for concurrent use.
/// </summary>
public sealed class SnapshotDraft : IAsyncDisposable
{
    private readonly Tenant tenant;
    private readonly SnapshotWriter writer;
    private readonly ScratchFolder scratch;
    private readonly Func<SnapshotRecord, CancellationToken, Task> addToIndex;
    private readonly Func<Tenant, CancellationToken, Task<TenantDetails>> readDetails;
    private readonly TimeProvider time;
    private readonly FilesStoring files;
    private (DateTimeOffset StateUtc, string JournalMode, StoredDatabase Stored, DatabaseContentFacts Facts)? database;
    private LiveDatabasePages? pinned;
    private FilesFacts? manifest;
    private string? missingFolder;

    private SnapshotDraft(
        Tenant tenant, SnapshotWriter writer, ScratchFolder scratch, Func<SnapshotRecord, CancellationToken, Task> addToIndex,
        Func<Tenant, CancellationToken, Task<TenantDetails>> readDetails, TimeProvider time)
    {
        this.readDetails = readDetails;
        this.tenant = tenant;
        this.writer = writer;
        this.scratch = scratch;
        this.addToIndex = addToIndex;
        this.time = time;
        files = new FilesStoring(writer, time);
    }

    /// <summary>Files that are not in the snapshot as they are now.</summary>
    public IReadOnlyList<FileNotice> FileNotices => files.Notices;

    /// <summary>What is in the files folder, and how many of its files had to be read.</summary>
    public (int Files, int FilesRead) FilesSeen => (files.Entries.FileCount, files.FilesRead);

    /// <summary>Where the database went; null until it is stored.</summary>
    public StoredDatabase? StoredDatabase => database?.Stored;

    /// <summary>Tables whose rows could not be counted; empty until the database is stored.</summary>
    public IReadOnlyList<string> UncountedTables => database?.Facts.Uncounted ?? [];

    /// <summary>The instant that it is.</summary>
    internal DateTimeOffset Now => time.GetUtcNow();

    /// <summary>What the repository has to tell, in English.</summary>
    public IReadOnlyList<string> RepositoryNotices => writer.Notices;

    /// <param name="addToIndex">Called with the record once it is committed.</param>
    /// <param name="readDetails">Gives what the record tells of its tenant.</param>
    internal static async Task<SnapshotDraft> BeginAsync(
        Tenant tenant, SnapshotRepository repository, Func<SnapshotRecord, CancellationToken, Task> addToIndex,
        Func<Tenant, CancellationToken, Task<TenantDetails>> readDetails, TimeProvider time, CancellationToken cancellationToken)
    {
        var scratch = ScratchFolder.Create(tenant);
        try
        {
            return new SnapshotDraft(tenant, await repository.BeginAsync(cancellationToken), scratch, addToIndex, readDetails, time);
        }
        catch
        {
            scratch.Dispose();
            throw;
        }
    }

    /// <summary>Copies the tenant's live database into the scratch folder, consistently, while others write to it.</summary>
    /// <param name="progress">Bytes copied, and bytes in all.</param>
    /// <exception cref="PortalException">It is missing, not a database, locked for too long, or does not fit.</exception>
    public async Task<DatabaseCopy> CopyLiveDatabaseAsync(Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var file = Path.Combine(scratch.Path, "database");
        var copied = await LiveDatabaseCopy.RunAsync(tenant.DatabasePath, file, time, progress, cancellationToken);
        return new DatabaseCopy(file, copied.PinnedUtc, copied.JournalMode, copied.SizeBytes, copied.Restarts, copied.Stalled);
    }

    /// <summary>Pins the live database's state of now, to be stored without a copy.</summary>
    /// <returns>Its size in bytes; null when it is of a kind that has to be copied first.</returns>
    /// <exception cref="PortalException">It is missing, not a database, or not readable.</exception>
    public async Task<long?> PinLiveDatabaseAsync(CancellationToken cancellationToken)
    {
        pinned?.Dispose();
        pinned = await Task.Run(
            () => LiveDatabasePages.Open(tenant.DatabasePath, Path.Combine(scratch.Path, "rest"), LiveDatabaseCopy.LockPatience, time), cancellationToken);
        return pinned?.SizeBytes;
    }

    /// <summary>Stores the pinned state, and lets go of it as soon as it has been read.</summary>
    /// <param name="progress">Bytes dealt with, and bytes in all.</param>
    /// <returns>By how many bytes the application's write-ahead log grew meanwhile.</returns>
    public async Task<long> StorePinnedDatabaseAsync(Action<long, long>? progress, CancellationToken cancellationToken)
    {
        using var live = pinned ?? throw new InvalidOperationException("Nothing is pinned.");
        var stored = await writer.StoreDatabaseAsync(live, Relay(progress, live.SizeBytes), cancellationToken);
        database = (live.PinnedUtc, "wal", stored, live.Facts!);
        return live.WalGrowth;
    }

    /// <summary>Stores a database file that nobody has open: the scratch copy, or a file that was live until a swap.</summary>
    /// <param name="progress">Bytes dealt with, and bytes in all.</param>
    public async Task StoreDatabaseAsync(DatabaseCopy copy, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        // Both read the same file, so that it comes from memory the second time.
        var facts = Task.Run(() => LiveDatabaseCopy.ReadFacts(copy.File, cancellationToken), CancellationToken.None);
        try
        {
            var stored = await writer.StoreDatabaseAsync(copy.File, Relay(progress, copy.SizeBytes), cancellationToken);
            database = (copy.StateUtc, copy.JournalMode, stored, await facts);
        }
        finally
        {
            await ((Task)facts).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>
    /// Stores a files folder. Only what changed since the newest snapshot, or since the last call, is read; so a second call under a fence takes as
    /// long as looking at the files does.
    /// </summary>
    /// <param name="exclude">Absolute paths that are not part of it; the tenant's live database and its companions always are among them.</param>
    /// <param name="progress">Bytes read, and bytes to read in all.</param>
    public Task StoreFilesAsync(
        string root, IReadOnlyCollection<string> exclude, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        missingFolder = Directory.Exists(root) ? null : root;
        return Task.Run(() => files.RunAsync(root, [.. exclude, .. LiveDatabaseFiles.Of(tenant.DatabasePath)], progress, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Stores a folder of files that are not the tenant's live ones. All of them are read: one with the size and the time of a live file may be another one all the same.
    /// </summary>
    /// <param name="progress">Bytes read, and bytes to read in all.</param>
    internal Task StoreForeignFilesAsync(string root, Action<long, long>? progress, CancellationToken cancellationToken) =>
        Task.Run(() => files.RunAsync(root, [], progress, cancellationToken, isForeign: true), cancellationToken);

    /// <summary>Finishes packs and stores the manifest. Everything stored has been read back when the task ends.</summary>
    public async Task StoreManifestAsync(CancellationToken cancellationToken) =>
        manifest = await writer.StoreManifestAsync(files.Entries, cancellationToken);

    /// <summary>Writes the snapshot record, the only commit, and adds it to the catalog's index. Not cancelled halfway.</summary>
    /// <param name="notices">What its reader must know besides what the draft itself noticed.</param>
    public async Task<SnapshotRecord> CommitAsync(SnapshotOrigin origin, string? note, string by, IReadOnlyList<Message>? notices = null)
    {
        if (database is not { } stored || manifest is null)
            throw new InvalidOperationException("A snapshot is committed after its database and its manifest were stored.");
        var facts = new DatabaseFacts(
            stored.Stored.PageSize, stored.Stored.PageCount, stored.Stored.RootHash, stored.Stored.MapHash, stored.Facts.UserVersion,
            stored.Facts.ApplicationId, stored.Facts.Encoding, stored.JournalMode, SqliteBinding.LibraryVersion, stored.Facts.Tables);
        var draft = new SnapshotRecord(
            Format: 0, NextId(), tenant.Id, tenant.Slug.Value, tenant.Name, stored.StateUtc, time.GetUtcNow(), origin, note, facts, manifest,
            facts.SizeBytes + manifest.SizeBytes, AddedBytes: 0, Packs: [], [.. (notices ?? []).Concat(Notices()).Select(notice => notice.ToString())], by)
        {
            Details = await readDetails(tenant, CancellationToken.None),
        };
        var record = await writer.CommitAsync(draft, CancellationToken.None);
        await addToIndex(record, CancellationToken.None);
        return record;
    }

    public async ValueTask DisposeAsync()
    {
        pinned?.Dispose();
        await writer.DisposeAsync();
        scratch.Dispose();
    }

    private static ProgressRelay? Relay(Action<long, long>? progress, long total) =>
        progress is null ? null : new ProgressRelay(done => progress(done, total));

    private IEnumerable<Message> Notices() =>
        BackupText.Of(FileNotices)
            .Concat(UncountedTables.Select(table => BackupText.Of("TableNotCounted", table)))
            .Concat(missingFolder is null ? [] : [BackupText.Of("NoFilesFolder", missingFolder)]);

    /// <summary>Identifiers sort by time, so two snapshots of one second, or a clock that was set back, must not change their order.</summary>
    private SnapshotId NextId()
    {
        var id = SnapshotId.Create(time.GetUtcNow());
        if (writer.Newest is not { } newest || string.CompareOrdinal(SecondOf(id), SecondOf(newest)) > 0)
            return id;
        var second = DateTimeOffset.ParseExact(
            SecondOf(newest), "yyyyMMdd't'HHmmss'z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        return SnapshotId.Create(second.AddSeconds(1));
    }

    private static string SecondOf(SnapshotId id) => id.Value[..id.Value.IndexOf('-', StringComparison.Ordinal)];
}
