using System.Buffers.Binary;
using System.Text;

namespace BackupPortal.Core.Comparison;

/// <summary>Reads the first values of a stored record: in a table without row ids these are its primary key.</summary>
internal static class RecordKey
{
    /// <exception cref="ArgumentOutOfRangeException">It is no record.</exception>
    /// <exception cref="IndexOutOfRangeException">It is no record.</exception>
    public static StoredValue[] Read(ReadOnlySpan<byte> record, int count, Encoding encoding)
    {
        var header = 0;
        var at = (int)Varint.Read(record, ref header);
        var values = new StoredValue[count];
        for (var i = 0; i < count; i++)
            values[i] = new StoredValue(Value(record, Varint.Read(record, ref header), ref at, encoding));
        return values;
    }

    private static object? Value(ReadOnlySpan<byte> record, long type, ref int at, Encoding encoding)
    {
        var length = type switch
        {
            0 or 8 or 9 => 0,
            >= 1 and <= 4 => (int)type,
            5 => 6,
            6 or 7 => 8,
            >= 12 => checked((int)((type - 12) / 2)),
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "SQLite has no such value."),
        };
        var bytes = record.Slice(at, length);
        at += length;
        return type switch
        {
            0 => null,
            8 => 0L,
            9 => 1L,
            7 => BinaryPrimitives.ReadDoubleBigEndian(bytes),
            <= 6 => Integer(bytes),
            _ when type % 2 == 0 => bytes.ToArray(),
            _ => encoding.GetString(bytes),
        };
    }

    private static long Integer(ReadOnlySpan<byte> bytes)
    {
        long value = (sbyte)bytes[0];
        foreach (var next in bytes[1..])
            value = (value << 8) | next;
        return value;
    }
}
