namespace BackupPortal.Core.Comparison;

/// <summary>SQLite's integers of one to nine bytes.</summary>
internal static class Varint
{
    /// <param name="at">Moved behind it.</param>
    /// <exception cref="IndexOutOfRangeException">The bytes end before it does.</exception>
    public static long Read(ReadOnlySpan<byte> bytes, ref int at)
    {
        ulong value = 0;
        for (var i = 0; i < 8; i++)
        {
            var next = bytes[at++];
            value = (value << 7) | (uint)(next & 0x7f);
            if (next < 0x80)
                return (long)value;
        }
        return (long)((value << 8) | bytes[at++]);
    }
}
