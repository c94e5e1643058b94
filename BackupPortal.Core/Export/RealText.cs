using System.Globalization;

namespace BackupPortal.Core.Export;

/// <summary>Real numbers as decimals that come back to the bit.</summary>
internal static class RealText
{
    /// <summary>The longest text that is written.</summary>
    public const int LongestBytes = 60;

    // 2 to the 600th. Times and by it is exact for numbers below the limit, of which SQLite reads decimals with a larger error: it divides them by 1e308, which no number is exactly.
    private const double Scale = 4.149515568880993E+180;
    private const double LeastExact = 1e-280;

    private const int MostExactPower = 22;
    private const ulong LargestExactInteger = 1UL << 53;

    private static readonly UInt128[] powersOfTen = [.. Enumerable.Range(0, MostExactPower + 1).Select(static n => (UInt128)System.Numerics.BigInteger.Pow(10, n))];

    /// <summary>
    /// As a literal of SQLite's SQL. SQLite reads decimals with a small error, so the shortest text of a number, which may lie almost half-way to the next one, is used only where it is
    /// well within; otherwise 18 digits, which are so close that the error does not matter.
    /// </summary>
    /// <returns>Bytes written.</returns>
    public static int WriteLiteral(double number, Span<byte> target)
    {
        if (double.IsInfinity(number))
            return Copy(number > 0 ? "9e999"u8 : "-9e999"u8, target);
        if (number == 0)
            return Copy(double.IsNegative(number) ? "-0.0"u8 : "0.0"u8, target);
        var written = WriteShortest(number, target);
        if (IsWellWithin(number, target[..written]))
            return written;
        if (Math.Abs(number) >= LeastExact)
            return Write18Digits(number, target);
        written = Write18Digits(number * Scale, target);
        target[written++] = (byte)'/';
        return written + Write18Digits(Scale, target[written..]);
    }

    /// <summary>The shortest text that a reader without errors reads as the same number, always with a point or an exponent: <c>1.0</c>, <c>2.5</c>, <c>1E+300</c>.</summary>
    public static int WriteShortest(double number, Span<byte> target)
    {
        number.TryFormat(target, out var written, default, CultureInfo.InvariantCulture);
        if (target[..written].IndexOfAny(".EI"u8) >= 0 || double.IsNaN(number))
            return written;
        ".0"u8.CopyTo(target[written..]);
        return written + 2;
    }

    private static int Write18Digits(double number, Span<byte> target)
    {
        number.TryFormat(target, out var written, "E17", CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>Whether the text is less than 7/16 of the way to the next number, found in whole numbers; false where that would take longer ones.</summary>
    private static bool IsWellWithin(double number, ReadOnlySpan<byte> text)
    {
        ulong digits = 0;
        var decimals = 0;
        var isBehindPoint = false;
        foreach (var one in text)
        {
            if (one == '-')
                continue;
            if (one == '.')
            {
                isBehindPoint = true;
                continue;
            }
            if (one is < (byte)'0' or > (byte)'9' || digits >= LargestExactInteger / 10 - 1)
                return false;
            digits = digits * 10 + (ulong)(one - '0');
            if (isBehindPoint)
                decimals++;
        }
        var bits = BitConverter.DoubleToUInt64Bits(number);
        var exponent = (int)((bits >> 52) & 0x7FF) - 1075;
        if (decimals > MostExactPower || exponent is >= 0 or < -75)
            return false;
        var significand = (bits & 0xF_FFFF_FFFF_FFFF) | 0x10_0000_0000_0000;
        if ((int)UInt128.LeadingZeroCount(digits) + exponent < 1)
            return false;
        var (read, meant, unit) = ((UInt128)digits << -exponent, significand * powersOfTen[decimals], powersOfTen[decimals]);
        var distance = read > meant ? read - meant : meant - read;
        return distance * 16 < unit * 7;
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> target)
    {
        text.CopyTo(target);
        return text.Length;
    }
}
