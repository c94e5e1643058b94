using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>What the next entry of a manifest is written relative to: neighbours are alike.</summary>
internal sealed class ManifestCursor(int packCount)
{
    public PathBytes Path { get; } = new();

    public long ModifiedUnixNanoseconds { get; set; }

    /// <summary>The frame used last of each pack.</summary>
    public int[] Frames { get; } = new int[packCount];

    /// <summary>Where the piece used last of each pack ended in its frame.</summary>
    public int[] Ends { get; } = new int[packCount];

    public void Place(int pack, FilePiece piece)
    {
        Frames[pack] = piece.Frame;
        Ends[pack] = piece.Offset + piece.Length;
    }
}
