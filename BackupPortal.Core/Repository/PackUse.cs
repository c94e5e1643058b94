using System.Collections;

namespace BackupPortal.Core.Repository;

/// <summary>What of one pack is in use: by snapshots themselves, and by deltas that are relative to it. Not safe for concurrent use.</summary>
internal sealed class PackUse(PackIndex index)
{
    private readonly BitArray pages = new(checked((int)SlotsOf(index)));
    private readonly BitArray basePages = new(checked((int)SlotsOf(index)));
    private readonly HashSet<(int Frame, int Offset, int Length)> pieces = [];
    private readonly HashSet<(int Frame, int Offset, int Length)> basePieces = [];

    public PackIndex Index { get; } = index;

    /// <summary>Slots that maps name.</summary>
    public BitArray Pages => pages;

    /// <summary>Slots that deltas in use refer to.</summary>
    public BitArray BasePages => basePages;

    /// <summary>Runs of bytes of file data that manifests name.</summary>
    public IReadOnlySet<(int Frame, int Offset, int Length)> Pieces => pieces;

    public IReadOnlySet<(int Frame, int Offset, int Length)> BasePieces => basePieces;

    public void AddPages(long firstSlot, long count) => Set(pages, firstSlot, count);

    public void AddPiece(int frame, int offset, int length) => pieces.Add((frame, offset, length));

    /// <summary>Frames that hold something that snapshots name.</summary>
    public IEnumerable<int> Frames() => Enumerable.Range(0, Index.Frames.Count)
        .Where(frame => Any(pages, Index.FirstSlotOf(frame), Index.Frames[frame].PageCount))
        .Union(pieces.Select(piece => piece.Frame));

    /// <summary>The runs of bytes of a frame of file data that are in use, ascending, put together where they touch or overlap.</summary>
    public IReadOnlyList<(int Offset, int Length)> RunsOf(int frame, bool withBases)
    {
        var runs = new List<(int Offset, int Length)>();
        foreach (var (_, offset, length) in (withBases ? pieces.Concat(basePieces) : pieces).Where(piece => piece.Frame == frame).OrderBy(piece => piece.Offset))
        {
            if (runs.Count > 0 && runs[^1] is var last && offset <= last.Offset + last.Length)
                runs[^1] = last with { Length = Math.Max(last.Length, offset + length - last.Offset) };
            else
                runs.Add((offset, length));
        }
        return runs;
    }

    public void AddBase(FrameKind kind, FrameBase run)
    {
        if (kind == FrameKind.Pages)
            Set(basePages, run.Start, run.Length);
        else
            basePieces.Add((checked((int)run.Start), run.Offset, run.Length));
    }

    private static long SlotsOf(PackIndex index) => index.Frames.Sum(frame => (long)frame.PageCount);

    private static bool Any(BitArray bits, long first, int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (bits[(int)first + i])
                return true;
        }
        return false;
    }

    private void Set(BitArray bits, long first, long count)
    {
        if (first < 0 || first + count > bits.Length)
            throw RepositoryFault.Damaged(Index.Key, $"it has no page {first + count - 1}");
        for (var i = first; i < first + count; i++)
            bits[(int)i] = true;
    }
}
