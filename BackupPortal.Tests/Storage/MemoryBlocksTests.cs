using System.Buffers;
using System.Globalization;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Storage;

public sealed class MemoryBlocksTests
{
    private const int Size = 1024 * 1024;

    private readonly MemoryBlocks blocks = new(4 * Size);

    [Fact]
    public void Rent_Several_DoNotOverlap()
    {
        var rented = Enumerable.Range(0, 20).Select(i => (Fill: (byte)i, Block: blocks.Rent(Size + i))).ToList();

        foreach (var (fill, block) in rented)
            block.Memory.Span.Fill(fill);

        Assert.All(rented, r => Assert.True(r.Block.Memory.Length >= Size + r.Fill && !r.Block.Memory.Span.ContainsAnyExcept(r.Fill)));
        rented.ForEach(r => r.Block.Dispose());
    }

    [Fact]
    public void Rent_FromManyThreads_NobodySharesABlock()
    {
        Parallel.For(0, 64, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i =>
        {
            for (var round = 0; round < 50; round++)
            {
                using var block = blocks.Rent(64 * 1024 * (1 + (i + round) % 5));
                block.Memory.Span.Fill((byte)i);
                Thread.Yield();
                Assert.False(block.Memory.Span.ContainsAnyExcept((byte)i));
            }
        });
    }

    [Fact]
    public void Dispose_ServesTheNext_AndIsClosedToTheOneBefore()
    {
        var first = blocks.Rent(Size);
        var kept = first.Memory;
        kept.Span.Fill(7);
        first.Dispose();
        first.Dispose();

        using var second = blocks.Rent(Size);
        using var third = blocks.Rent(Size);

        Assert.Equal(7, second.Memory.Span[Size - 1]);
        Assert.Equal(0, third.Memory.Span[Size - 1]);
        Assert.Throws<ObjectDisposedException>(() => kept.Span[0]);
        Assert.Throws<ObjectDisposedException>(() => kept.Pin());
    }

    [Fact]
    public void Dispose_WhilePinned_IsHandedOutOnlyAfterwards()
    {
        var first = blocks.Rent(Size);
        first.Memory.Span.Fill(7);
        var pinned = first.Memory.Pin();
        first.Dispose();

        using (var second = blocks.Rent(Size))
            Assert.Equal(0, second.Memory.Span[0]);

        pinned.Dispose();
        using var third = blocks.Rent(Size);
        using var fourth = blocks.Rent(Size);
        Assert.Contains((byte)7, new[] { third.Memory.Span[0], fourth.Memory.Span[0] });
    }

    [Fact]
    public void Rent_ManyGivenBack_AllButAFewGoBackToTheSystem()
    {
        var rented = Enumerable.Range(0, 64).Select(_ => blocks.Rent(Size)).ToList();
        var addresses = rented.ConvertAll(AddressOf);
        var before = MappedRanges();

        rented.ForEach(b => b.Dispose());

        var after = MappedRanges();
        Assert.All(addresses, a => Assert.Contains(before, r => r.Contains(a)));
        // Another thread may have been given an address meanwhile.
        Assert.InRange(addresses.Count(a => after.Any(r => r.Contains(a))), 0, 16);
    }

    private static unsafe long AddressOf(IMemoryOwner<byte> block)
    {
        using var pinned = block.Memory.Pin();
        return (long)pinned.Pointer;
    }

    private static List<Range> MappedRanges() =>
        [.. File.ReadLines("/proc/self/maps").Select(line => line.Split(' ')[0].Split('-')).Select(ends => new Range(FromHex(ends[0]), FromHex(ends[1])))];

    private static long FromHex(string address) => unchecked((long)ulong.Parse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture));

    private sealed record Range(long From, long To)
    {
        public bool Contains(long address) => address >= From && address < To;
    }
}
