using System.IO.Compression;
using BackupPortal.Core.Repository;
using BenchmarkDotNet.Attributes;

namespace BackupPortal.Benchmarks;

/// <summary>One frame with the repository's own settings of zstd, and with those of Brotli, which stands in for it.</summary>
public class Codecs
{
    private byte[] raw = [];
    private byte[] target = [];
    private byte[] zstd = [];
    private byte[] brotli = [];

    [Params(64, 256, 512, 1024)]
    public int FrameKiB { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        raw = SamplePages.Create(FrameKiB * 1024);
        target = new byte[Zstd.Bound(raw.Length)];
        zstd = target[..Zstd.Compress(raw, target)];
        brotli = target[..CompressWithBrotli()];
    }

    [Benchmark(Baseline = true)]
    public int CompressWithZstd() => Zstd.Compress(raw, target);

    [Benchmark]
    public bool DecompressZstd() => Zstd.Decompress(zstd, target.AsSpan(0, raw.Length));

    [Benchmark]
    public int CompressWithBrotli() =>
        BrotliEncoder.TryCompress(raw, target, out var written, 4, 22) ? written : throw new InvalidOperationException("Brotli needs a larger target.");

    [Benchmark]
    public bool DecompressBrotli() => BrotliDecoder.TryDecompress(brotli, target, out _);
}
