using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>Reads one snapshot. Every frame is checked against its hash as it is decoded. Safe for concurrent use.</summary>
public sealed class SnapshotReader
{
    private readonly PageMap map;
    private readonly FrameReader frames;
    private readonly string scratchFolder;

    internal SnapshotReader(SnapshotRecord record, PageMap map, IReadOnlyList<FileEntry> files, FrameReader frames, string scratchFolder)
    {
        Record = record;
        Files = files;
        this.map = map;
        this.frames = frames;
        this.scratchFolder = scratchFolder;
    }

    public SnapshotRecord Record { get; }

    /// <summary>The manifest, ordered by path (ordinal).</summary>
    public IReadOnlyList<FileEntry> Files { get; }

    /// <summary>The database's pages in any order.</summary>
    /// <param name="decoded">Of the same repository; stays the caller's.</param>
    internal SnapshotPages PagesIn(DecodedFrames decoded) => new(map, decoded);

    /// <summary>Writes the database to a new file, synced, and checks it against the record's root hash while doing so.</summary>
    /// <param name="targetFile">Must not exist; deleted again on any failure.</param>
    /// <param name="progress">Bytes written so far.</param>
    /// <exception cref="RepositoryException">Something is missing or damaged.</exception>
    /// <exception cref="StorageException">The target cannot be written, for example because its disk is full.</exception>
    public async Task WriteDatabaseAsync(string targetFile, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await using var target = DatabaseTarget.Create(targetFile, Record.Database.SizeBytes);
        long written = 0;
        using var hashes = await new DatabaseDecoding(map, frames, scratchFolder).RunAsync(
            (firstPage, pages) => target.Write(pages, firstPage * map.PageSize),
            bytes => progress?.Report(Interlocked.Add(ref written, bytes)),
            cancellationToken);
        if (hashes.Root() != Record.Database.RootHash)
            throw RepositoryFault.DamagedDatabase(Record.Id.Value, "its pages do not fit its root hash");
        await target.CompleteAsync();
        progress?.Report(Record.Database.SizeBytes);
    }

    /// <summary>Writes a file's content, and checks it against its hash. The caller syncs, and sets times and modes.</summary>
    public async Task WriteContentAsync(FileEntry file, Stream target, CancellationToken cancellationToken)
    {
        using var whole = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var piece in file.Pieces)
        {
            var pack = await frames.Packs.GetAsync(piece.Pack, cancellationToken);
            if (piece.Frame >= pack.Frames.Count || piece.Offset > pack.Frames[piece.Frame].RawLength - piece.Length)
                throw RepositoryFault.DamagedFile(file.Path, $"{pack.Key} has no such bytes in frame {piece.Frame}");
            if (piece.Length == pack.Frames[piece.Frame].RawLength)
            {
                using var raw = await frames.ReadAsync(pack, piece.Frame, default, cancellationToken);
                whole.AppendData(raw.Span);
                await target.WriteAsync(raw.Memory, cancellationToken);
                continue;
            }
            using var shared = await frames.ReadSharedAsync(pack, piece.Frame, cancellationToken);
            var part = shared.Memory.Slice(piece.Offset, piece.Length);
            whole.AppendData(part.Span);
            await target.WriteAsync(part, cancellationToken);
        }
        if (RepositoryLayout.Hex(whole.GetHashAndReset()) != file.Sha256)
            throw RepositoryFault.DamagedFile(file.Path, "it does not fit its hash");
    }

    /// <summary>Looks whether everything that a restore of the snapshot needs is there, without reading contents.</summary>
    /// <returns>What is wrong, in words for the log; empty when everything is there.</returns>
    public Task<IReadOnlyList<string>> CheckPresenceAsync(CancellationToken cancellationToken) =>
        new SnapshotPresence(this, map, frames.Packs).RunAsync(cancellationToken);

    /// <summary>Decodes everything that a restore of the snapshot needs and checks all hashes, without writing anything.</summary>
    /// <remarks>Through the same members that write a database and a file's content, so that what verifies can be restored.</remarks>
    /// <param name="progress">Bytes decoded so far, of <see cref="SnapshotRecord.SizeBytes"/>.</param>
    /// <returns>What is wrong, in words for the log; empty when the snapshot is whole.</returns>
    public Task<IReadOnlyList<string>> VerifyAsync(IProgress<long>? progress, CancellationToken cancellationToken) =>
        new SnapshotProof(this, new DatabaseDecoding(map, frames, scratchFolder)).RunAsync(progress, cancellationToken);
}
