using BackupPortal.Core.Backup;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Comparison;

/// <summary>A snapshot and another state of the same tenant, both opened for reading, and nothing of them unpacked but what is asked for.</summary>
internal sealed class ComparedStates : IDisposable
{
    private readonly DecodedFrames frames;
    private readonly UnstoredPages? live;

    private ComparedStates(DecodedFrames frames, UnstoredPages? live, SnapshotReader snapshot, SnapshotReader? other, DateTimeOffset otherUtc)
    {
        this.frames = frames;
        this.live = live;
        (SnapshotRecord, SnapshotFiles) = (snapshot.Record, snapshot.Files);
        (OtherRecord, OtherFiles, OtherUtc) = (other?.Record, other?.Files, otherUtc);
        Snapshot = new ComparedSide(snapshot.PagesIn(frames));
        try
        {
            Other = new ComparedSide(live ?? (IPlacedPages)other!.PagesIn(frames));
        }
        catch
        {
            Snapshot.Dispose();
            throw;
        }
    }

    public SnapshotRecord SnapshotRecord { get; }

    public SnapshotRecord? OtherRecord { get; }

    public DateTimeOffset OtherUtc { get; }

    public ComparedSide Snapshot { get; }

    public ComparedSide Other { get; }

    /// <summary>Ordered by path (ordinal).</summary>
    public IReadOnlyList<FileEntry> SnapshotFiles { get; }

    /// <summary>Null for live data.</summary>
    public IReadOnlyList<FileEntry>? OtherFiles { get; }

    /// <param name="other">Null for live data, which is read once, in a read transaction that ends with it; the caller is within its door.</param>
    /// <param name="progress">Bytes read of live data, and in all.</param>
    /// <exception cref="PortalException">A state is missing, damaged or not readable.</exception>
    public static async Task<ComparedStates> OpenAsync(
        Tenant tenant,
        SnapshotRepository repository,
        SnapshotId snapshot,
        SnapshotId? other,
        TimeProvider time,
        Action<long, long>? progress,
        CancellationToken cancellationToken)
    {
        var frames = repository.OpenFrames(tenant.Home.Scratch);
        UnstoredPages? live = null;
        try
        {
            var opened = await OpenAsync(repository, snapshot, cancellationToken);
            if (other is { } second)
            {
                var compared = await OpenAsync(repository, second, cancellationToken);
                return new ComparedStates(frames, null, opened, compared, compared.Record.CreatedUtc);
            }
            (live, var readUtc) = await ReadLiveAsync(tenant, repository, frames, time, progress, cancellationToken);
            return new ComparedStates(frames, live, opened, null, readUtc);
        }
        catch
        {
            live?.Dispose();
            frames.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Snapshot.Dispose();
        Other.Dispose();
        live?.Dispose();
        frames.Dispose();
    }

    private static async Task<SnapshotReader> OpenAsync(SnapshotRepository repository, SnapshotId id, CancellationToken cancellationToken) =>
        await repository.OpenAsync(await repository.ReadRecordAsync(id, cancellationToken), cancellationToken);

    private static async Task<(UnstoredPages Pages, DateTimeOffset ReadUtc)> ReadLiveAsync(
        Tenant tenant, SnapshotRepository repository, DecodedFrames frames, TimeProvider time, Action<long, long>? progress, CancellationToken cancellationToken)
    {
        var scratch = tenant.Home.Scratch;
        Directory.CreateDirectory(scratch);
        var newest = await FindNewestAsync(repository, frames, cancellationToken);
        using var hashes = newest?.Hashes;
        using var pinned = await Task.Run(
            () => LiveDatabasePages.Open(tenant.DatabasePath, Path.Combine(scratch, $"compare-rest.{Guid.NewGuid():N}"), LiveDatabaseCopy.LockPatience, time),
            cancellationToken);
        if (pinned is not null)
        {
            var pages = await UnstoredPages.ReadAsync(
                pinned, pinned.SizeBytes / pinned.PageSize, newest, scratch, Relay(progress, pinned.SizeBytes), cancellationToken);
            return (pages, pinned.PinnedUtc);
        }
        var copy = Path.Combine(scratch, $"compare.{Guid.NewGuid():N}");
        try
        {
            var copied = await LiveDatabaseCopy.RunAsync(tenant.DatabasePath, copy, time, progress, cancellationToken);
            using var file = new DatabaseFilePages(copy);
            return (await UnstoredPages.ReadAsync(file, file.PageCount, newest, scratch, null, cancellationToken), copied.PinnedUtc);
        }
        finally
        {
            File.Delete(copy);
        }
    }

    /// <summary>The snapshot that live data most likely is like. Null when its page hashes are not at hand: then every page of live data is kept.</summary>
    private static async Task<(SnapshotPages Pages, PageHashFile Hashes)?> FindNewestAsync(
        SnapshotRepository repository, DecodedFrames frames, CancellationToken cancellationToken)
    {
        if (await repository.ListAsync(cancellationToken) is not [var id, ..])
            return null;
        var newest = await OpenAsync(repository, id, cancellationToken);
        return PageHashFile.Find(repository.CacheFolder, newest.Record.Database) is { } hashes ? (newest.PagesIn(frames), hashes) : null;
    }

    private static ProgressRelay? Relay(Action<long, long>? progress, long total) =>
        progress is null ? null : new ProgressRelay(done => progress(done, total));
}
