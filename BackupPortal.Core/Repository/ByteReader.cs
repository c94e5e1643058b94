using System.Text;

namespace BackupPortal.Core.Repository;

/// <summary>Reads what <see cref="ByteWriter"/> wrote. Every member throws <see cref="InvalidDataException"/> on what cannot be.</summary>
internal ref struct ByteReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> bytes = bytes;
    private int position;

    public readonly bool IsAtEnd => position == bytes.Length;

    public long Number()
    {
        var value = Unsigned();
        return value <= long.MaxValue ? (long)value : throw Malformed();
    }

    /// <summary>A number from 0 to <paramref name="most"/>.</summary>
    public int Number(int most)
    {
        var value = Unsigned();
        return value <= (ulong)most ? (int)value : throw Malformed();
    }

    /// <summary>How many of something follow, each at least <paramref name="leastSize"/> bytes.</summary>
    public int Count(int leastSize = 1) => Number((bytes.Length - position) / leastSize);

    public long Signed()
    {
        var value = Unsigned();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    public ReadOnlySpan<byte> Bytes(int length)
    {
        if (length < 0 || length > bytes.Length - position)
            throw Malformed();
        position += length;
        return bytes.Slice(position - length, length);
    }

    public string Hex(int length) => RepositoryLayout.Hex(Bytes(length));

    public string Text()
    {
        try
        {
            return ByteWriter.StrictUtf8.GetString(Bytes(Count()));
        }
        catch (DecoderFallbackException)
        {
            throw Malformed();
        }
    }

    public readonly void End()
    {
        if (!IsAtEnd)
            throw Malformed();
    }

    public readonly InvalidDataException Malformed() => new($"its content makes no sense near byte {position}");

    private ulong Unsigned()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Bytes(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
        throw Malformed();
    }
}
