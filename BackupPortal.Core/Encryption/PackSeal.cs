using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace BackupPortal.Core.Encryption;

/// <summary>
/// Encrypts and authenticates the frames and the footer of one pack, under a key that only this pack has: its identifier is random and never used
/// again, and each number at most once in a pack. Safe for concurrent use.
/// </summary>
/// <param name="header">The pack's header; bound to every frame.</param>
internal sealed class PackSeal(byte[] key, byte[] header)
{
    public const int TagSize = InPlaceEncryption.TagSize;

    private const ulong FooterNumber = ulong.MaxValue;
    private const int NumberSize = sizeof(ulong);
    private const int NonceSize = 12;

    // One instance works for one thread at a time, and making one costs as much as encrypting a few kilobytes.
    private readonly ConcurrentBag<AesGcm> idle = [];

    /// <param name="content">The content, and room for <see cref="TagSize"/> bytes behind it; encrypted in place.</param>
    public void Seal(int frame, Span<byte> content) => Encrypt((ulong)frame, header, content);

    /// <param name="content">As it is stored; decrypted in place, all but the last <see cref="TagSize"/> bytes.</param>
    /// <returns>False when it is not what was written there.</returns>
    public bool TryUnseal(int frame, Span<byte> content) => TryDecrypt((ulong)frame, header, content);

    /// <param name="lengths">The bytes in the clear that tell how the footer is stored.</param>
    public void SealFooter(ReadOnlySpan<byte> lengths, Span<byte> content) => Encrypt(FooterNumber, [.. header, .. lengths], content);

    public bool TryUnsealFooter(ReadOnlySpan<byte> lengths, Span<byte> content) => TryDecrypt(FooterNumber, [.. header, .. lengths], content);

    private void Encrypt(ulong number, ReadOnlySpan<byte> bound, Span<byte> content)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[^NumberSize..], number);
        var aes = Take();
        aes.Seal(nonce, content, bound);
        idle.Add(aes);
    }

    private bool TryDecrypt(ulong number, ReadOnlySpan<byte> bound, Span<byte> content)
    {
        Span<byte> nonce = stackalloc byte[NonceSize];
        BinaryPrimitives.WriteUInt64LittleEndian(nonce[^NumberSize..], number);
        var aes = Take();
        var isWhole = aes.TryUnseal(nonce, content, bound);
        idle.Add(aes);
        return isWhole;
    }

    private AesGcm Take() => idle.TryTake(out var aes) ? aes : new AesGcm(key, TagSize);
}
