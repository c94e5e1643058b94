using System.Globalization;
using System.Text.RegularExpressions;

namespace BackupPortal.Core.Export;

/// <summary>What a column's declared type asks for in PostgreSQL, and whether a value is of that.</summary>
internal sealed partial class DeclaredType
{
    private const int MostDigits = 1000;

    private readonly int first;
    private readonly int second;

    /// <param name="text">As declared in SQLite; may be empty, or anything.</param>
    public DeclaredType(string text)
    {
        var upper = text.ToUpperInvariant();
        Kind = KindOf(upper);
        var size = Size().Match(upper);
        first = size.Success && int.TryParse(size.Groups[1].Value, CultureInfo.InvariantCulture, out var one) ? one : 0;
        second = size.Groups[2].Success && int.TryParse(size.Groups[2].Value, CultureInfo.InvariantCulture, out var other) ? other : 0;
        Narrow = Kind switch
        {
            PostgresKind.Text when first is > 0 and <= 10_485_760 && !upper.Contains("TEXT", StringComparison.Ordinal) => $"varchar({first})",
            PostgresKind.Numeric when first is > 0 and <= MostDigits && second >= 0 && second <= first => $"numeric({first},{second})",
            _ => null,
        };
    }

    /// <summary>Null where the declared type says nothing (SQLite's own rules for BLOB and for no type at all).</summary>
    public PostgresKind? Kind { get; }

    /// <summary>A narrower type with its size, for when all values fit.</summary>
    public string? Narrow { get; }

    public bool Fits(long value) => Kind switch
    {
        PostgresKind.Boolean => value is 0 or 1,
        PostgresKind.Numeric => Narrow is null || Digits(value) <= first - second,
        PostgresKind.Integer or PostgresKind.Real => true,
        _ => false,
    };

    public bool Fits(double value) => Kind switch
    {
        PostgresKind.Real => true,
        PostgresKind.Numeric => Narrow is null || FitsSize(value),
        _ => false,
    };

    public bool Fits(ReadOnlySpan<byte> text) => Kind switch
    {
        PostgresKind.Text => Narrow is null || text.Length <= first || Characters(text) <= first,
        PostgresKind.Date => PostgresTime.IsDate(text),
        PostgresKind.Timestamp => PostgresTime.IsTimestamp(text),
        _ => false,
    };

    private static PostgresKind? KindOf(string upper) => upper switch
    {
        _ when upper.Contains("BOOL", StringComparison.Ordinal) => PostgresKind.Boolean,
        _ when upper.StartsWith("DATETIME", StringComparison.Ordinal) || upper.StartsWith("TIMESTAMP", StringComparison.Ordinal) => PostgresKind.Timestamp,
        "DATE" => PostgresKind.Date,
        // From here on SQLite's own rules, in its order.
        _ when upper.Contains("INT", StringComparison.Ordinal) => PostgresKind.Integer,
        _ when upper.Contains("CHAR", StringComparison.Ordinal) || upper.Contains("CLOB", StringComparison.Ordinal) || upper.Contains("TEXT", StringComparison.Ordinal) => PostgresKind.Text,
        _ when upper.Length == 0 || upper.Contains("BLOB", StringComparison.Ordinal) => null,
        _ when upper.Contains("REAL", StringComparison.Ordinal) || upper.Contains("FLOA", StringComparison.Ordinal) || upper.Contains("DOUB", StringComparison.Ordinal) => PostgresKind.Real,
        _ => PostgresKind.Numeric,
    };

    private static int Characters(ReadOnlySpan<byte> text)
    {
        var count = 0;
        foreach (var one in text)
            count += (one & 0xC0) == 0x80 ? 0 : 1;
        return count;
    }

    private static int Digits(long value) => value == long.MinValue ? 19 : Math.Abs(value).ToString(CultureInfo.InvariantCulture).Length;

    // decimal has 28 digits, more than any shortest text of a real number.
    private bool FitsSize(double value) =>
        decimal.TryParse(value.ToString("R", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture, out var exact)
        && (double)exact == value && exact.Scale <= second && (decimal.Truncate(exact) == 0 || Digits((long)Math.Min(Math.Abs(decimal.Truncate(exact)), long.MaxValue)) <= first - second);

    [GeneratedRegex(@"\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)", RegexOptions.CultureInvariant)]
    private static partial Regex Size();
}

/// <summary>Sorts of types of PostgreSQL that are used.</summary>
internal enum PostgresKind
{
    Boolean,
    Integer,
    Real,
    Numeric,
    Text,
    Date,
    Timestamp,
    Bytes,
}
