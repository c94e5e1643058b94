using System.IO.Compression;
using BenchmarkDotNet.Attributes;

namespace BackupPortal.Benchmarks;

/// <summary>Levels of zstd and Brotli as they come. What they save is measured on real pages; see docs/decisions/0007-codec-and-frames.md.</summary>
public class Levels : IDisposable
{
    private byte[] raw = [];
    private byte[] target = [];
    private LeveledZstd zstd = null!;

    [Params(64, 256, 1024)]
    public int FrameKiB { get; set; }

    [Params(1, 2, 3, 4)]
    public int Level { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        raw = SamplePages.Create(FrameKiB * 1024);
        target = new byte[raw.Length * 2];
        zstd = new LeveledZstd(Level);
    }

    [Benchmark(Baseline = true)]
    public int CompressWithZstd() => zstd.Compress(raw, target);

    [Benchmark]
    public int CompressWithBrotli() =>
        BrotliEncoder.TryCompress(raw, target, out var written, Level, 22) ? written : throw new InvalidOperationException("Brotli needs a larger target.");

    [GlobalCleanup]
    public void Dispose()
    {
        zstd?.Dispose();
        GC.SuppressFinalize(this);
    }
}
