using System.Buffers.Binary;

namespace BackupPortal.Core.Repository;

/// <summary>The SHA-256 of a content or a piece as a key without an allocation of its own.</summary>
internal readonly record struct ContentHash(ulong First, ulong Second, ulong Third, ulong Fourth)
{
    /// <param name="hash">32 bytes.</param>
    public static ContentHash Of(ReadOnlySpan<byte> hash) => new(
        BinaryPrimitives.ReadUInt64BigEndian(hash), BinaryPrimitives.ReadUInt64BigEndian(hash[8..]),
        BinaryPrimitives.ReadUInt64BigEndian(hash[16..]), BinaryPrimitives.ReadUInt64BigEndian(hash[24..]));

    public static ContentHash Of(string hexadecimal) => Of(Convert.FromHexString(hexadecimal));

    public override string ToString() => $"{First:x16}{Second:x16}{Third:x16}{Fourth:x16}";
}
