using BackupPortal.Core.Repository;
using BenchmarkDotNet.Attributes;

namespace BackupPortal.Benchmarks;

/// <summary>What storing changed pages as their difference to older ones costs; and what putting them together again does.</summary>
public class Differences
{
    private byte[] older = [];
    private byte[] newer = [];
    private byte[] target = [];
    private byte[] difference = [];

    [Params(16, 64, 256, 512)]
    public int FrameKiB { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        older = SamplePages.Create(FrameKiB * 1024);
        newer = SamplePages.Changed(older);
        target = new byte[Zstd.Bound(newer.Length)];
        difference = target[..Zstd.Compress(newer, target, older)];
    }

    [Benchmark(Baseline = true)]
    public int Compress() => Zstd.Compress(newer, target, older);

    [Benchmark]
    public bool Decompress() => Zstd.Decompress(difference, target.AsSpan(0, newer.Length), older);

    [Benchmark]
    public int CompressWhole() => Zstd.Compress(newer, target);
}
