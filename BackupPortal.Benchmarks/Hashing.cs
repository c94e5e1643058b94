using System.Security.Cryptography;
using BackupPortal.Core.Repository;
using BenchmarkDotNet.Attributes;

namespace BackupPortal.Benchmarks;

/// <summary>What looking at every page of an unchanged database costs; 1 MiB an invocation.</summary>
public class Hashing
{
    private readonly byte[] pages = SamplePages.Create(1 << 20);
    private readonly byte[] same = SamplePages.Create(1 << 20);
    private readonly byte[] zeros = new byte[1 << 20];
    private readonly byte[] hashes = new byte[(1 << 20) / SamplePages.PageSize * SHA256.HashSizeInBytes];

    [Benchmark(Baseline = true)]
    public void HashEachPage() => PageHashes.Compute(pages, SamplePages.PageSize, hashes);

    [Benchmark]
    public int HashAsOne() => SHA256.HashData(pages, hashes);

    [Benchmark]
    public bool CompareBytes() => pages.AsSpan().SequenceEqual(same);

    [Benchmark]
    public bool LookForZeros() => zeros.AsSpan().ContainsAnyExcept((byte)0);
}
