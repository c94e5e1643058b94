using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Looks whether everything that a snapshot needs is there: reads the footer of each pack, whose lengths must fill the pack, and follows map, manifest
/// and deltas to the frames that they name. Frames themselves are not read.
/// </summary>
internal sealed class SnapshotPresence(SnapshotReader reader, PageMap map, PackShelf packs)
{
    private readonly HashSet<string> problems = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PackIndex?> indexes = new(StringComparer.Ordinal);
    private readonly HashSet<(string Pack, int Frame)> followed = [];

    /// <returns>What is wrong, in words for the log, in order; empty when everything is there.</returns>
    public async Task<IReadOnlyList<string>> RunAsync(CancellationToken cancellationToken)
    {
        foreach (var run in map.Runs.Where(run => !run.IsZeros))
            await FollowSlotsAsync(map.Packs[run.Pack], run.FirstSlot, run.PageCount, fromDelta: null, cancellationToken);
        foreach (var file in reader.Files)
        {
            foreach (var piece in file.Pieces)
                await FollowPieceAsync(file, piece, cancellationToken);
        }
        // Who prunes goes by the record, so a pack that it does not name would be lost one day.
        foreach (var pack in indexes.Keys.Except(reader.Record.Packs, StringComparer.Ordinal))
            problems.Add(RepositoryFault.DamagedRecord(reader.Record.Id.Value, $"it does not name {RepositoryLayout.PackKey(pack)}, which it needs").Message);
        return [.. problems.Order(StringComparer.Ordinal)];
    }

    private async Task FollowSlotsAsync(string pack, long firstSlot, long count, string? fromDelta, CancellationToken cancellationToken)
    {
        if (await FindAsync(pack, cancellationToken) is not { } index)
            return;
        try
        {
            for (var slot = firstSlot; slot < firstSlot + count;)
            {
                var frame = index.FrameOfSlot(slot);
                if (index.Frames[frame].PageSize != map.PageSize)
                    throw RepositoryFault.Damaged(index.Key, $"frame {frame} has pages of another size");
                await FollowFrameAsync(index, frame, fromDelta, cancellationToken);
                slot = index.FirstSlotOf(frame) + index.Frames[frame].PageCount;
            }
        }
        catch (RepositoryException e)
        {
            problems.Add(e.What.ToString());
        }
    }

    private async Task FollowPieceAsync(FileEntry file, FilePiece piece, CancellationToken cancellationToken)
    {
        if (await FindAsync(piece.Pack, cancellationToken) is not { } index)
            return;
        if (!Holds(index, piece.Frame, piece.Offset, piece.Length))
            problems.Add(RepositoryFault.DamagedFile(file.Path, $"{index.Key} has no such bytes in frame {piece.Frame}").Message);
        else
            await FollowFrameAsync(index, piece.Frame, fromDelta: null, cancellationToken);
    }

    /// <param name="fromDelta">The pack of the delta that refers to this frame; null for a frame that is itself asked for.</param>
    private async Task FollowFrameAsync(PackIndex index, int frame, string? fromDelta, CancellationToken cancellationToken)
    {
        var entry = index.Frames[frame];
        if (fromDelta is not null && entry.Codec == FrameCodec.ZstdDelta)
        {
            problems.Add(RepositoryFault.Damaged(fromDelta, $"it refers to frame {frame} of {index.Key}, which is a delta itself").Message);
            return;
        }
        if (!followed.Add((index.Pack, frame)))
            return;
        foreach (var run in entry.Bases)
        {
            if (entry.Kind == FrameKind.Pages)
                await FollowSlotsAsync(run.Pack, run.Start, run.Length, index.Key, cancellationToken);
            else if (await FindAsync(run.Pack, cancellationToken) is not { } whole)
                continue;
            else if (run.Start > int.MaxValue || !Holds(whole, (int)run.Start, run.Offset, run.Length))
                problems.Add(RepositoryFault.Damaged(index.Key, "a delta refers to bytes that are not there").Message);
            else
                await FollowFrameAsync(whole, (int)run.Start, index.Key, cancellationToken);
        }
    }

    private static bool Holds(PackIndex index, int frame, int offset, int length) =>
        frame >= 0 && frame < index.Frames.Count && offset <= index.Frames[frame].RawLength - length;

    private async Task<PackIndex?> FindAsync(string pack, CancellationToken cancellationToken)
    {
        if (indexes.TryGetValue(pack, out var known))
            return known;
        try
        {
            return indexes[pack] = await packs.GetAsync(pack, cancellationToken);
        }
        catch (PortalException e)
        {
            problems.Add(e.What.ToString());
            return indexes[pack] = null;
        }
    }
}
