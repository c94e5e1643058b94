namespace BackupPortal.Core.Repository;

/// <summary>
/// Finds where a large content is cut: where its bytes say so, not at fixed distances, so that what follows an insertion is cut as before. A rolling
/// (gear) hash of the last 64 bytes decides. The same bytes are cut the same way by every version of this program; see docs/decisions.
/// </summary>
internal static class ContentCutter
{
    public const int LeastSize = 64 * 1024;
    public const int UsualSize = 256 * 1024;
    public const int MostSize = 1024 * 1024;

    /// <summary>How much must be seen of a content, unless it ends before.</summary>
    public const int Lookahead = MostSize + LeastSize;

    private const int Window = 64;

    // Up to the usual size a cut is four times as unlikely as the size asks for, then four times as likely: sizes are closer together that way.
    private static readonly ulong rare = HighBits(int.Log2(UsualSize) + 2);
    private static readonly ulong often = HighBits(int.Log2(UsualSize) - 2);
    private static readonly ulong[] gear = Gear();

    /// <param name="ahead">At least <see cref="Lookahead"/> bytes, or all that are left.</param>
    /// <returns>How many bytes the next piece has. What would be left as less than <see cref="LeastSize"/> is part of it.</returns>
    public static int NextLength(ReadOnlySpan<byte> ahead)
    {
        var length = Find(ahead[..Math.Min(ahead.Length, MostSize)]);
        return ahead.Length - length < LeastSize ? ahead.Length : length;
    }

    private static int Find(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length <= LeastSize)
            return bytes.Length;
        ulong hash = 0;
        foreach (var value in bytes[(LeastSize - Window)..LeastSize])
            hash = (hash << 1) + gear[value];
        var usual = Math.Min(UsualSize, bytes.Length);
        var cut = Roll(bytes, LeastSize, usual, ref hash, rare);
        return cut >= 0 ? cut : Roll(bytes, usual, bytes.Length, ref hash, often) is >= 0 and var late ? late : bytes.Length;
    }

    /// <returns>Where the piece ends; -1 when nothing between says so.</returns>
    private static int Roll(ReadOnlySpan<byte> bytes, int from, int to, ref ulong hash, ulong mask)
    {
        var rolling = hash;
        var table = gear;
        var part = bytes[from..to];
        for (var i = 0; i < part.Length; i++)
        {
            rolling = (rolling << 1) + table[part[i]];
            if ((rolling & mask) == 0)
                return from + i + 1;
        }
        hash = rolling;
        return -1;
    }

    /// <summary>The high bits depend on all 64 bytes, the low ones on the last few only.</summary>
    private static ulong HighBits(int count) => ulong.MaxValue << (64 - count);

    /// <summary>Numbers without any pattern, the same for ever: splitmix64, begun at 0.</summary>
    private static ulong[] Gear()
    {
        var numbers = new ulong[256];
        ulong state = 0;
        for (var i = 0; i < numbers.Length; i++)
        {
            var mixed = state += 0x9E3779B97F4A7C15;
            mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
            mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
            numbers[i] = mixed ^ (mixed >> 31);
        }
        return numbers;
    }
}
