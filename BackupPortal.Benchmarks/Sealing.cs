using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;

namespace BackupPortal.Benchmarks;

/// <summary>What AES-256-GCM adds to a frame.</summary>
public class Sealing : IDisposable
{
    private const int TagSize = 16;
    private readonly AesGcm cipher = new(new byte[32], TagSize);
    private readonly byte[] nonce = new byte[12];
    private readonly byte[] tag = new byte[TagSize];
    private byte[] plain = [];
    private byte[] closed = [];

    [Params(16, 128)]
    public int FrameKiB { get; set; }

    [GlobalSetup]
    public void SetUp()
    {
        plain = SamplePages.Create(FrameKiB * 1024);
        closed = new byte[plain.Length];
        Encrypt();
    }

    [Benchmark(Baseline = true)]
    public void Encrypt() => cipher.Encrypt(nonce, plain, closed, tag);

    [Benchmark]
    public void Decrypt() => cipher.Decrypt(nonce, closed, tag, plain);

    public void Dispose()
    {
        cipher.Dispose();
        GC.SuppressFinalize(this);
    }
}
