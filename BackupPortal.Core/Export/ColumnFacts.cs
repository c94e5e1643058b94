using SQLitePCL;

namespace BackupPortal.Core.Export;

/// <summary>What a column really holds: SQLite does not hold anybody to a declared type.</summary>
internal sealed class ColumnFacts(DeclaredType declared)
{
    private const long LargestExactInteger = 1L << 53;

    public long Nulls { get; private set; }

    public long Integers { get; private set; }

    public long Reals { get; private set; }

    public long Texts { get; private set; }

    public long Blobs { get; private set; }

    public long Highest { get; private set; } = long.MinValue;

    public long Lowest { get; private set; } = long.MaxValue;

    /// <summary>Texts that PostgreSQL has no place for: with a NUL, or not valid.</summary>
    public long TextsThatAreNone { get; private set; }

    /// <summary>Of texts and blobs.</summary>
    public int LongestBytes { get; private set; }

    public bool HasNegativeZero { get; private set; }

    /// <summary>Whether every value is what the declared type says, so that PostgreSQL's type of that name can hold it as it is.</summary>
    public bool FitDeclared { get; private set; } = true;

    /// <summary>Whether all texts are days; only looked at where times are declared.</summary>
    public bool AreDates { get; private set; } = true;

    public bool IsEmpty => Integers + Reals + Texts + Blobs == 0;

    public bool AreIntegersExactReals => Integers == 0 || Lowest >= -LargestExactInteger && Highest <= LargestExactInteger;

    public void Add(RowReader reader, int column, StoredText stored)
    {
        switch (reader.Type(column))
        {
            case raw.SQLITE_INTEGER:
                Add(reader.Integer());
                break;
            case raw.SQLITE_FLOAT:
                Reals++;
                var real = reader.Real();
                HasNegativeZero |= real == 0 && double.IsNegative(real);
                FitDeclared = FitDeclared && declared.Fits(real);
                break;
            case raw.SQLITE_TEXT:
                Texts++;
                Add(reader.Bytes(), stored);
                break;
            case raw.SQLITE_BLOB:
                Blobs++;
                LongestBytes = Math.Max(LongestBytes, reader.Bytes().Length);
                break;
            default:
                Nulls++;
                break;
        }
    }

    private void Add(long integer)
    {
        Integers++;
        Lowest = Math.Min(Lowest, integer);
        Highest = Math.Max(Highest, integer);
        FitDeclared = FitDeclared && declared.Fits(integer);
    }

    private void Add(ReadOnlySpan<byte> bytes, StoredText stored)
    {
        if (!stored.TryRead(bytes, out var text) || text.Contains((byte)0))
        {
            TextsThatAreNone++;
            FitDeclared = false;
            LongestBytes = Math.Max(LongestBytes, bytes.Length);
            return;
        }
        LongestBytes = Math.Max(LongestBytes, text.Length);
        FitDeclared = FitDeclared && declared.Fits(text);
        if (declared.Kind == PostgresKind.Timestamp)
            AreDates = AreDates && PostgresTime.IsDate(text);
    }
}
