using System.Buffers.Binary;

namespace BackupPortal.Core.Snapshots;

/// <summary>The SHA-256 of a content or a piece as a key without an allocation of its own.</summary>
internal readonly record struct ContentHash(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    /// <param name="hash">32 bytes.</param>
    public static ContentHash Of(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]), BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    public static ContentHash Of(string hexadecimal) => Of(Convert.FromHexString(hexadecimal));

    /// <param name="target">32 bytes.</param>
    public void Write(Span<byte> target)
    {
        BinaryPrimitives.WriteUInt64BigEndian(target, First);
        BinaryPrimitives.WriteUInt64BigEndian(target[8..], Second);
        BinaryPrimitives.WriteUInt64BigEndian(target[16..], Third);
        BinaryPrimitives.WriteUInt64BigEndian(target[24..], Fourth);
    }

    public override string ToString() => $"{First:x16}{Second:x16}{Third:x16}{Fourth:x16}";
}
