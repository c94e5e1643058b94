using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The system's zstd library, which is on every Debian and Ubuntu. Contexts are kept, since making one costs more than compressing a page.
/// Can go when the runtime brings zstd itself (.NET 11). Safe for concurrent use.
/// </summary>
internal static partial class Zstd
{
    private const string Library = "libzstd.so.1";
    private const int CompressionLevelParameter = 100;
    private const int WindowLogParameter = 101;
    private const int HashLogParameter = 102;
    private const int ChainLogParameter = 103;
    private const int MinMatchParameter = 105;

    // Chosen by measuring; see docs/decisions/0007-codec-and-frames.md. The level's own tables do not fit the cores' caches, and its least length of a
    // match loses 2 % on pages.
    private const int Level = 3;
    private const int ReferenceLevel = 6;
    private const int LargestPageReference = 1 << 20;
    private const int MinMatch = 4;
    private const int HashLog = 14;
    private const int ChainLog = 10;

    // A block of zstd's.
    private const int Step = 128 * 1024;
    private const int Continue = 0;
    private const int EndOfFrame = 2;
    private const int SessionOnly = 1;

    private static readonly ConcurrentBag<IntPtr> compressors = [];
    private static readonly ConcurrentBag<IntPtr> decompressors = [];

    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, typeof(Zstd).Assembly, null, out _);

    public static int Bound(int rawLength) => rawLength + (rawLength >> 7) + 512;

    /// <param name="reference">The old version of the bytes, for a delta; empty for none.</param>
    /// <returns>Length of what was written to <paramref name="target"/>; -1 when it did not fit or could not be compressed.</returns>
    public static unsafe int Compress(ReadOnlySpan<byte> raw, Span<byte> target, ReadOnlySpan<byte> reference = default)
    {
        if (!compressors.TryTake(out var context))
            context = CreateCompressor();
        fixed (byte* source = raw, destination = target, prefix = reference)
        {
            if (reference.Length > 0)
            {
                SetForReference(context, raw.Length, reference.Length);
                Require(ReferToInCompression(context, prefix, (nuint)reference.Length));
            }
            var length = CompressInSteps(context, new ZstdBuffer(source, raw.Length), new ZstdBuffer(destination, target.Length));
            if (reference.Length > 0)
                SetForWhole(context);
            compressors.Add(context);
            return length;
        }
    }

    /// <summary>Decodes exactly <paramref name="target"/>'s length.</summary>
    /// <returns>False when <paramref name="stored"/> is damaged or has another length.</returns>
    public static unsafe bool Decompress(ReadOnlySpan<byte> stored, Span<byte> target, ReadOnlySpan<byte> reference = default)
    {
        if (!decompressors.TryTake(out var context))
            context = CreateDecompressor();
        fixed (byte* source = stored, destination = target, prefix = reference)
        {
            if (reference.Length > 0)
                Require(ReferToInDecompression(context, prefix, (nuint)reference.Length));
            var length = DecompressWith(context, destination, (nuint)target.Length, source, (nuint)stored.Length);
            decompressors.Add(context);
            return IsError(length) == 0 && length == (nuint)target.Length;
        }
    }

    /// <summary>In steps of about half a millisecond, for the sake of others.</summary>
    private static unsafe int CompressInSteps(IntPtr context, ZstdBuffer raw, ZstdBuffer target)
    {
        var all = raw.Length;
        Require(PledgeLength(context, all));
        raw.Length = 0;
        nuint left;
        do
        {
            raw.Length = Math.Min(raw.Length + Step, all);
            left = CompressStep(context, &target, &raw, raw.Length == all ? EndOfFrame : Continue);
            LowPriorityThreads.LetOthersRun();
        }
        while (raw.Length < all && IsError(left) == 0);
        if (left == 0)
            return (int)target.Position;
        Require(Reset(context, SessionOnly));
        return -1;
    }

    private static IntPtr CreateCompressor()
    {
        var context = NewCompressor();
        if (context == IntPtr.Zero)
            throw new InvalidOperationException("zstd could not make a context: out of memory.");
        SetForWhole(context);
        return context;
    }

    private static IntPtr CreateDecompressor()
    {
        var context = NewDecompressor();
        return context != IntPtr.Zero ? context : throw new InvalidOperationException("zstd could not make a context: out of memory.");
    }

    private static void SetForWhole(IntPtr context) => Set(context, Level, 0, HashLog, ChainLog, MinMatch);

    /// <summary>0 leaves the choice of a parameter to the level.</summary>
    private static void Set(IntPtr context, int level, int windowLog, int hashLog, int chainLog, int minMatch)
    {
        Require(SetCompression(context, CompressionLevelParameter, level));
        Require(SetCompression(context, WindowLogParameter, windowLog));
        Require(SetCompression(context, HashLogParameter, hashLog));
        Require(SetCompression(context, ChainLogParameter, chainLog));
        Require(SetCompression(context, MinMatchParameter, minMatch));
    }

    private static void SetForReference(IntPtr context, int length, int referenceLength)
    {
        var windowLog = WindowLogFor(length + referenceLength);
        if (referenceLength <= LargestPageReference)
        {
            Set(context, ReferenceLevel, windowLog, 0, 0, 0);
            return;
        }
        // The level's own tables forget the beginning of a reference of megabytes.
        var tablesLog = Math.Clamp(int.Log2(referenceLength) - 3, 17, 22);
        Set(context, Level, windowLog, tablesLog, tablesLog, MinMatch);
    }

    private static int WindowLogFor(int length) => Math.Clamp(32 - int.LeadingZeroCount(length), 10, 27);

    private static void Require(nuint result)
    {
        if (IsError(result) != 0)
            throw new InvalidOperationException($"zstd refused a setting: {Marshal.PtrToStringAnsi(ErrorName(result))}");
    }

    [LibraryImport(Library, EntryPoint = "ZSTD_createCCtx")]
    private static partial IntPtr NewCompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_createDCtx")]
    private static partial IntPtr NewDecompressor();

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setParameter")]
    private static partial nuint SetCompression(IntPtr context, int parameter, int value);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_refPrefix")]
    private static unsafe partial nuint ReferToInCompression(IntPtr context, byte* prefix, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_DCtx_refPrefix")]
    private static unsafe partial nuint ReferToInDecompression(IntPtr context, byte* prefix, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_setPledgedSrcSize")]
    private static partial nuint PledgeLength(IntPtr context, ulong length);

    [LibraryImport(Library, EntryPoint = "ZSTD_CCtx_reset")]
    private static partial nuint Reset(IntPtr context, int what);

    /// <returns>0 when the frame has ended; an error, or a hint how much is left.</returns>
    [LibraryImport(Library, EntryPoint = "ZSTD_compressStream2")]
    private static unsafe partial nuint CompressStep(IntPtr context, ZstdBuffer* target, ZstdBuffer* source, int end);

    [LibraryImport(Library, EntryPoint = "ZSTD_decompressDCtx")]
    private static unsafe partial nuint DecompressWith(IntPtr context, byte* target, nuint capacity, byte* source, nuint length);

    [LibraryImport(Library, EntryPoint = "ZSTD_isError")]
    private static partial uint IsError(nuint result);

    [LibraryImport(Library, EntryPoint = "ZSTD_getErrorName")]
    private static partial IntPtr ErrorName(nuint result);

    /// <summary>Laid out as the library's own.</summary>
    private unsafe struct ZstdBuffer(byte* bytes, int length)
    {
        public byte* Bytes = bytes;
        public nuint Length = (nuint)length;
        public nuint Position;
    }
}
