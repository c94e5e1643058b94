namespace BackupPortal.Core.Export;

/// <summary>Tells days and times of which PostgreSQL gives back the same text.</summary>
internal static class PostgresTime
{
    private const int DateLength = 10;
    private const int SecondLength = 19;
    private const int MostDecimals = 6;

    /// <summary>Like 2026-11-22.</summary>
    public static bool IsDate(ReadOnlySpan<byte> text) =>
        text.Length == DateLength && text[4] == '-' && text[7] == '-'
        && Number(text[..4]) is >= 1 and var year && Number(text[5..7]) is >= 1 and <= 12 and var month
        && Number(text[8..]) is >= 1 and var day && day <= DateTime.DaysInMonth(year, month);

    /// <summary>Like 2026-11-22 05:30:00, with up to six decimals, of which the last is not 0.</summary>
    public static bool IsTimestamp(ReadOnlySpan<byte> text)
    {
        if (text.Length < SecondLength || !IsDate(text[..DateLength]) || text[10] != ' ' || text[13] != ':' || text[16] != ':')
            return false;
        if (Number(text[11..13]) is < 0 or > 23 || Number(text[14..16]) is < 0 or > 59 || Number(text[17..19]) is < 0 or > 59)
            return false;
        return text.Length == SecondLength
            || text.Length <= SecondLength + 1 + MostDecimals && text[SecondLength] == '.' && text[^1] != '0' && Number(text[(SecondLength + 1)..]) >= 0;
    }

    /// <returns>-1 where not all of it are digits.</returns>
    private static int Number(ReadOnlySpan<byte> digits)
    {
        var number = digits.Length == 0 ? -1 : 0;
        foreach (var digit in digits)
        {
            if (digit is < (byte)'0' or > (byte)'9')
                return -1;
            number = number * 10 + digit - '0';
        }
        return number;
    }
}
