using System.Runtime.InteropServices;

namespace BackupPortal.Benchmarks;

/// <summary>The system's zstd library at any level, with nothing else set: what the repository's own settings are to be compared with. Keeps its context.</summary>
internal sealed partial class LeveledZstd : IDisposable
{
    private const string Library = "libzstd.so.1";
    private const int LevelParameter = 100;

    private readonly IntPtr context = Create();

    public LeveledZstd(int level) => Set(context, LevelParameter, level);

    /// <returns>Length of what was written to <paramref name="target"/>.</returns>
    public unsafe int Compress(ReadOnlySpan<byte> raw, Span<byte> target)
    {
        fixed (byte* source = raw, destination = target)
        {
            var length = Compress(context, destination, (nuint)target.Length, source, (nuint)raw.Length);
            return length <= (nuint)target.Length ? (int)length : throw new InvalidOperationException("zstd could not compress.");
        }
    }

    public void Dispose() => _ = Free(context);

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static partial IntPtr Create();

    [LibraryImport(Library, EntryPoint = "ZSTD_freeCCtx")]
    private static partial nuint Free(IntPtr context);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    private static partial nuint Set(IntPtr context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_compress2")]
    private static unsafe partial nuint Compress(IntPtr context, byte* target, nuint capacity, byte* source, nuint length);
}
