using System.Buffers;
using System.Numerics;
using System.Text;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Writes the number and text forms of the repository format.</summary>
/// <param name="capacity">Bytes that it has room for at once; it grows where they are not enough.</param>
internal sealed class ByteWriter(int capacity = 256)
{
    /// <summary>Throws on what is not text instead of replacing it.</summary>
    public static Encoding StrictUtf8 { get; } = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly ArrayBufferWriter<byte> buffer = new(capacity);

    public ReadOnlyMemory<byte> Written => buffer.WrittenMemory;

    /// <summary>Seven bits a byte, the lowest first; the high bit says that more follow.</summary>
    public void Number(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Unsigned((ulong)value);
    }

    /// <summary>Zigzag: 0, -1, 1, -2… as 0, 1, 2, 3…</summary>
    public void Signed(long value) => Unsigned((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Forgets what was written; what <see cref="Written"/> gave is written over.</summary>
    public void Clear() => buffer.ResetWrittenCount();

    public void Bytes(ReadOnlySpan<byte> value) => buffer.Write(value);

    public void Hex(string value) => Bytes(Convert.FromHexString(value));

    public void Hash(ContentHash value)
    {
        value.Write(buffer.GetSpan(RepositoryLayout.HashSize));
        buffer.Advance(RepositoryLayout.HashSize);
    }

    public void Text(string value)
    {
        var bytes = StrictUtf8.GetBytes(value);
        Number(bytes.Length);
        Bytes(bytes);
    }

    private void Unsigned(ulong value)
    {
        var length = Math.Max(1, (70 - BitOperations.LeadingZeroCount(value)) / 7);
        var span = buffer.GetSpan(length);
        for (var i = 0; i < length; i++, value >>= 7)
            span[i] = (byte)((value & 0x7F) | (i < length - 1 ? 0x80u : 0));
        buffer.Advance(length);
    }
}
