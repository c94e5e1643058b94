namespace BackupPortal.Core.Repository;

/// <summary>Whether what an object says of its raw length can be true, so that a few damaged or forged bytes never make a reader ask for a gigabyte.</summary>
internal static class StoredLength
{
    // The shortest zstd block takes four bytes and gives at most 128 KiB.
    private const long MostZstdGain = 32 * 1024;

    // Brotli has no such limit; no document comes near this one, and what is written is read back before anything refers to it.
    private const long MostBrotliGain = 1024;
    private const long AlwaysPossible = 16 * 1024 * 1024;

    /// <param name="storedLength">Of the stored bytes, or of the object that they are in.</param>
    public static bool CanBe(FrameCodec codec, long storedLength, long rawLength) => codec switch
    {
        FrameCodec.Raw => rawLength <= storedLength,
        FrameCodec.Zstd or FrameCodec.ZstdDelta => rawLength <= storedLength * MostZstdGain,
        _ => rawLength <= Math.Max(AlwaysPossible, storedLength * MostBrotliGain),
    };
}
