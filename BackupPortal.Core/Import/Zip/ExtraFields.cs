using System.Buffers.Binary;

namespace BackupPortal.Core.Import.Zip;

/// <summary>What entries of a ZIP say beyond their headers.</summary>
internal static class ExtraFields
{
    private const int Zip64 = 0x0001;
    private const int ExtendedTimes = 0x5455;
    private const uint InField = 0xFFFFFFFF;

    /// <summary>Takes the numbers that do not fit into four bytes from where they are.</summary>
    /// <exception cref="UnfitFileException">They are not there.</exception>
    public static void Widen(ReadOnlySpan<byte> extra, ref long size, ref long stored, ref long offset)
    {
        if (size != InField && stored != InField && offset != InField)
            return;
        var field = Find(extra, Zip64);
        Take(ref size, ref field);
        Take(ref stored, ref field);
        Take(ref offset, ref field);
    }

    /// <param name="dosTime">Used when there is no better; it has no time zone, and is taken for a local one, as other tools do.</param>
    public static DateTimeOffset ModifiedOf(ReadOnlySpan<byte> extra, uint dosTime)
    {
        var field = Find(extra, ExtendedTimes);
        if (field.Length >= 5 && (field[0] & 1) != 0)
            return DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadInt32LittleEndian(field[1..]));
        var (date, clock) = ((int)(dosTime >> 16), (int)(dosTime & 0xFFFF));
        var (year, month, day) = (1980 + (date >> 9), (date >> 5) & 15, date & 31);
        var (hour, minute, second) = (clock >> 11, (clock >> 5) & 63, (clock & 31) * 2);
        return month is >= 1 and <= 12 && day >= 1 && day <= DateTime.DaysInMonth(year, month) && hour < 24 && minute < 60 && second < 60
            ? new DateTimeOffset(new DateTime(year, month, day, hour, minute, second, DateTimeKind.Local))
            : new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
    }

    private static ReadOnlySpan<byte> Find(ReadOnlySpan<byte> extra, int wanted)
    {
        while (extra.Length >= 4)
        {
            var (id, length) = (BinaryPrimitives.ReadUInt16LittleEndian(extra), BinaryPrimitives.ReadUInt16LittleEndian(extra[2..]));
            extra = extra[4..];
            if (length > extra.Length)
                break;
            if (id == wanted)
                return extra[..length];
            extra = extra[length..];
        }
        return [];
    }

    private static void Take(ref long number, ref ReadOnlySpan<byte> field)
    {
        if (number != InField)
            return;
        if (field.Length < 8)
            throw ImportText.Unfit("ZipDamaged");
        number = BinaryPrimitives.ReadInt64LittleEndian(field);
        field = field[8..];
    }
}
