using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Writes one snapshot: database and files in any order, manifest, then <see cref="CommitAsync"/>. Until then nothing of it is visible; what was stored
/// without a commit is unreferenced and left for pruning. Has the repository's lease until it is disposed. Not safe for concurrent use.
/// </summary>
public sealed class SnapshotWriter : IAsyncDisposable
{
    private readonly SnapshotRepository repository;
    private readonly IRepositoryLease lease;
    private readonly PreviousSnapshot previous;
    private readonly SealedDocument documents;
    private readonly PackWriter packs;
    private readonly ContentStoring contents;
    private readonly List<string> notices;
    private readonly PackShelf shelf;
    private (PageMap Map, ReadOnlyMemory<byte> Bytes, string Hash, IReadOnlyCollection<string> Packs)? database;
    private PageHashFile? hashes;
    private (FilesFacts Facts, IReadOnlyList<string> Packs)? manifest;
    private long addedByDocuments;
    private long mapDeltas;
    private long manifestDeltas;

    internal SnapshotWriter(SnapshotRepository repository, IRepositoryLease lease, PreviousSnapshot previous)
    {
        this.repository = repository;
        this.lease = lease;
        this.previous = previous;
        // Through the lease: a damaged document is replaced, which deletes.
        documents = new SealedDocument(lease.Store, repository.Compression, repository.Cipher);
        shelf = new PackShelf(repository.Store, repository.Compression, repository.Cipher);
        packs = new PackWriter(repository.Store, repository.Compression, repository.Cipher);
        notices = [.. previous.Notices];
        contents = new ContentStoring(
            new KnownContents(repository, previous, notices.Add), new KnownPieces(shelf, previous, notices.Add), packs);
    }

    /// <summary>The snapshot that this one is built on: the newest, or, right after a restore, the one that was restored. Null for the first.</summary>
    public SnapshotRecord? Previous => previous.Record;

    /// <summary>The snapshot that this one comes after; null for the first.</summary>
    public SnapshotId? Newest => previous.Newest;

    /// <summary>The manifest of <see cref="Previous"/>; empty for the first. Files whose content is no longer in the repository are left out.</summary>
    internal CompactEntries PreviousFiles => previous.Files;

    /// <summary>What of earlier snapshots is missing or damaged and was therefore stored again, in English, for the log.</summary>
    public IReadOnlyList<string> Notices => notices;

    /// <summary>Bytes added to the repository so far.</summary>
    public long AddedBytes => packs.AddedBytes + addedByDocuments;

    /// <summary>Stores a consistent, closed copy of a database: the pages that differ from the newest snapshot, and the complete map. Once a writer.</summary>
    /// <param name="databaseFile">The scratch copy; an ordinary file that nobody else has open.</param>
    /// <param name="progress">Bytes of the database dealt with so far.</param>
    public async Task<StoredDatabase> StoreDatabaseAsync(string databaseFile, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var pages = new DatabaseFilePages(databaseFile);
        return await StoreDatabaseAsync(pages, progress, cancellationToken);
    }

    /// <inheritdoc cref="StoreDatabaseAsync(string, IProgress{long}?, CancellationToken)"/>
    internal async Task<StoredDatabase> StoreDatabaseAsync(IDatabasePages source, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        if (hashes is not null)
            throw new InvalidOperationException("A snapshot has one database.");
        var before = await FindPreviousAsync(source.PageSize, cancellationToken);
        using var known = before?.Hashes;
        hashes = PageHashFile.Create(repository.CacheFolder);
        var examiner = new PageExaminer(source, hashes, before, repository.Compression.CanStoreDifferences ? new FrameReader(shelf) : null);
        using var storing = new DatabaseStoring(source, examiner, packs);
        var map = (await storing.RunAsync(progress, cancellationToken)).InOrderOf(previous.Map);
        if (examiner.Notice is { } notice)
            notices.Add(notice);
        var bytes = map.ToBytes();
        var hash = await documents.NameAsync(bytes, cancellationToken);
        database = (map, bytes, hash, await NeededPacksAsync(map, storing.BasePacks, cancellationToken));
        return new StoredDatabase(map.PageSize, map.PageCount, hashes.Root(map.PageCount), hash, storing.ChangedPages);
    }

    /// <inheritdoc cref="StoreContentAsync(Stream, string?, CancellationToken)"/>
    public Task<StoredContent> StoreContentAsync(Stream content, CancellationToken cancellationToken) => StoreContentAsync(content, null, cancellationToken);

    /// <summary>Stores a file's content, unless the same content is in a snapshot or was stored by this writer. Of a large one only pieces that are new.</summary>
    /// <param name="path">The file's path, so that its last version is looked at first; null when there is none.</param>
    /// <returns>Its pieces get their place when the manifest is stored; they are of no use to anybody but this writer.</returns>
    public Task<StoredContent> StoreContentAsync(Stream content, string? path, CancellationToken cancellationToken) =>
        contents.StoreAsync(content, path is null ? null : previous.Files.Find(path), cancellationToken);

    /// <summary>Finishes packs and stores the map and the manifest. Everything stored has been read back and decoded when the task ends.</summary>
    /// <param name="entries">All entries, in any order.</param>
    public async Task<FilesFacts> StoreManifestAsync(IReadOnlyCollection<FileEntry> entries, CancellationToken cancellationToken)
    {
        var ordered = entries as CompactEntries ?? CompactEntries.Of(entries.OrderBy(entry => entry.Path, StringComparer.Ordinal));
        await contents.CloseAsync(cancellationToken);
        await packs.FinishAsync(cancellationToken);
        if (database is { } stored)
            mapDeltas = await StoreDocumentAsync(RepositoryLayout.MapKey(stored.Hash), stored.Hash, stored.Bytes, PrecedingMap, cancellationToken);
        var placed = contents.Placed(ordered);
        var bytes = FileManifest.Of(placed, previous.Manifest).ToBytes();
        var hash = await documents.NameAsync(bytes, cancellationToken);
        manifestDeltas = await StoreDocumentAsync(RepositoryLayout.ManifestKey(hash), hash, bytes, PrecedingManifest, cancellationToken);
        manifest = (ManifestFacts.Of(placed, hash), placed.Packs);
        return manifest.Value.Facts;
    }

    /// <summary>Writes the record: the only commit. <paramref name="draft"/>'s format, packs and added bytes are filled in here.</summary>
    /// <returns>The record as it was written.</returns>
    /// <exception cref="LeaseException">Another writer has taken over; nothing was committed.</exception>
    public async Task<SnapshotRecord> CommitAsync(SnapshotRecord draft, CancellationToken cancellationToken)
    {
        if (database is not { } stored || manifest is not { } files || draft.Database.MapHash != stored.Hash || draft.Files != files.Facts)
            throw new InvalidOperationException("A record can only be written for the database and the manifest that were stored.");
        cancellationToken.ThrowIfCancellationRequested();
        var complete = draft with
        {
            Packs = [.. stored.Packs.Union(files.Packs).Order(StringComparer.Ordinal)],
            Deltas = new DocumentDeltas(mapDeltas, manifestDeltas),
        };
        var record = await RecordCommit.WriteAsync(repository, lease, complete, AddedBytes);
        KeepHashes(stored.Map);
        return record;
    }

    /// <summary>Gives up what was not committed.</summary>
    public async ValueTask DisposeAsync()
    {
        await packs.DisposeAsync();
        contents.Dispose();
        hashes?.Dispose();
        shelf.Dispose();
        await lease.DisposeAsync();
    }

    private PrecedingDocument? PrecedingMap =>
        previous.Record is { } record ? new PrecedingDocument(record.Database.MapHash, record.Deltas?.MapBytes ?? 0) : null;

    private PrecedingDocument? PrecedingManifest =>
        previous.Record is { } record ? new PrecedingDocument(record.Files.ManifestHash, record.Deltas?.ManifestBytes ?? 0) : null;

    /// <returns>What deltas of the same whole document have cost so far.</returns>
    private async Task<long> StoreDocumentAsync(
        string key, string hash, ReadOnlyMemory<byte> bytes, PrecedingDocument? before, CancellationToken cancellationToken)
    {
        var stored = await documents.StoreAsync(key, hash, bytes, before, cancellationToken);
        addedByDocuments += stored.AddedBytes;
        return stored.DeltaBytes;
    }

    private async Task<(PageHashFile Hashes, PreviousPages Pages)?> FindPreviousAsync(int pageSize, CancellationToken cancellationToken)
    {
        if (previous is not { Record: { } record, Map: { } map } || map.PageSize != pageSize)
            return null;
        var (known, notice) = await PreviousHashes.FindAsync(repository, record, map, cancellationToken);
        if (notice is not null)
            notices.Add(notice);
        if (known is null)
            return null;
        try
        {
            return (known, await PreviousPages.LoadAsync(map, previous.LostPacks, shelf, notices.Add, cancellationToken));
        }
        catch
        {
            known.Dispose();
            throw;
        }
    }

    /// <summary>The packs that the map names, and those that differences in them are told to.</summary>
    private async Task<IReadOnlyCollection<string>> NeededPacksAsync(PageMap map, IEnumerable<string> newBases, CancellationToken cancellationToken)
    {
        var needed = new SortedSet<string>(map.Packs.Concat(newBases), StringComparer.Ordinal);
        foreach (var pack in previous.Map is { } earlier ? map.Packs.Intersect(earlier.Packs) : [])
            needed.UnionWith((await shelf.GetAsync(pack, cancellationToken)).BasePacks);
        return needed;
    }

    private void KeepHashes(PageMap map)
    {
        try
        {
            hashes!.Keep(map.PageSize, map.PageCount);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            notices.Add($"The page-hash cache could not be written, the next backup will take longer: {e.Message}");
        }
    }
}

/// <summary>Where a database went.</summary>
/// <param name="ChangedPages">Pages stored by this writer.</param>
public sealed record StoredDatabase(int PageSize, long PageCount, string RootHash, string MapHash, long ChangedPages);

/// <summary>Where a file's content went.</summary>
/// <param name="IsNew">False when the content was in the repository already.</param>
public sealed record StoredContent(long SizeBytes, string Sha256, IReadOnlyList<FilePiece> Pieces, bool IsNew);
