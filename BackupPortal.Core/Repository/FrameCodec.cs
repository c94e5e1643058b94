namespace BackupPortal.Core.Repository;

/// <summary>How a frame's bytes are stored. The numbers are part of the format.</summary>
internal enum FrameCodec : byte
{
    Raw = 0,
    Zstd = 1,
    Brotli = 2,

    /// <summary>zstd with the bytes of older, whole frames as its prefix.</summary>
    ZstdDelta = 3,
}
