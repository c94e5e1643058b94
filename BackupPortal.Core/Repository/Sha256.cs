using System.Security.Cryptography;

namespace BackupPortal.Core.Repository;

/// <summary>SHA-256 of many small pieces: a thread keeps its context, since making one costs a fifth of hashing a page.</summary>
internal static class Sha256
{
    [ThreadStatic]
    private static IncrementalHash? context;

    public static void Hash(ReadOnlySpan<byte> bytes, Span<byte> hash)
    {
        var own = context ??= IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        own.AppendData(bytes);
        own.GetHashAndReset(hash);
    }
}
