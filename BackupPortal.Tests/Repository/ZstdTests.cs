using BackupPortal.Core.Repository;

namespace BackupPortal.Tests.Repository;

public sealed class ZstdTests
{
    private const int Step = 128 * 1024;

    public static TheoryData<int> Lengths => [1, 1000, Step - 1, Step, Step + 1, 5 * Step, 1024 * 1024 + 7];

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Compress_OfAnyLength_DecompressesToTheSame(int length)
    {
        var raw = Some(length);
        var stored = new byte[Zstd.Bound(length)];

        var written = Zstd.Compress(raw, stored);

        Assert.InRange(written, 1, stored.Length);
        AssertDecompresses(stored.AsSpan(0, written), raw);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public void Compress_WithAReference_DecompressesToTheSame(int length)
    {
        var raw = Some(length);
        byte[] older = [.. raw];
        older[length / 2] ^= 1;
        var stored = new byte[Zstd.Bound(length)];

        var written = Zstd.Compress(raw, stored, older);

        Assert.InRange(written, 1, 20 + (length / 20));
        AssertDecompresses(stored.AsSpan(0, written), raw, older);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10)]
    [InlineData(Step)]
    public void Compress_WithoutEnoughRoom_SaysSoAndGoesOn(int room)
    {
        var raw = new byte[10 * Step];
        new Random(1).NextBytes(raw);
        var stored = new byte[Zstd.Bound(raw.Length)];

        Assert.Equal(-1, Zstd.Compress(raw, stored.AsSpan(0, room)));
        Assert.Equal(-1, Zstd.Compress(raw, stored.AsSpan(0, room), raw.AsSpan(0, Step)));

        for (var i = 0; i < 4; i++)
            AssertDecompresses(stored.AsSpan(0, Zstd.Compress(raw, stored)), raw);
    }

    private static void AssertDecompresses(ReadOnlySpan<byte> stored, byte[] raw, ReadOnlySpan<byte> reference = default)
    {
        var decoded = new byte[raw.Length];
        Assert.True(Zstd.Decompress(stored, decoded, reference));
        Assert.True(raw.AsSpan().SequenceEqual(decoded));
    }

    /// <summary>Half noise, half repeated: neither is stored as it is.</summary>
    private static byte[] Some(int length)
    {
        var bytes = new byte[length];
        var random = new Random(length);
        for (var i = 0; i < length; i++)
            bytes[i] = i % 64 < 32 ? (byte)random.Next(256) : (byte)'x';
        return bytes;
    }
}
