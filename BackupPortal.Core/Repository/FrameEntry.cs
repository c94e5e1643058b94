namespace BackupPortal.Core.Repository;

/// <summary>What a frame holds. The numbers are part of the format.</summary>
internal enum FrameKind : byte
{
    Pages = 1,
    FileData = 2,
}

/// <summary>One frame, as a pack's footer lists it.</summary>
/// <param name="Hash">Of file data: SHA-256 of the raw bytes. Of pages: SHA-256 over the SHA-256 of each page, so that hashing pages for the root
/// hash proves frames as well.</param>
/// <param name="PageCount">0 for file data.</param>
/// <param name="Bases">What a delta refers to, in order; empty for any other codec.</param>
internal sealed record FrameEntry(
    FrameKind Kind, FrameCodec Codec, int RawLength, int StoredLength, ReadOnlyMemory<byte> Hash, int PageCount, IReadOnlyList<FrameBase> Bases)
{
    public int PageSize => RawLength / PageCount;
}

/// <summary>A run of raw bytes of whole (never delta) frames.</summary>
/// <param name="Start">For pages the first slot, for file data the frame.</param>
/// <param name="Offset">For file data the first byte in the frame; 0 for pages.</param>
/// <param name="Length">For pages how many, for file data bytes.</param>
internal readonly record struct FrameBase(string Pack, long Start, int Offset, int Length);
