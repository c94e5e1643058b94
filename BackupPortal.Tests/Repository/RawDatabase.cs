using System.Buffers.Binary;

namespace BackupPortal.Tests.Repository;

/// <summary>Files that look like a database to whoever looks at pages only.</summary>
internal static class RawDatabase
{
    public static async Task<byte[]> WriteAsync(string file, int pageCount, CancellationToken cancellationToken, int pageSize = 4096, int seed = 1)
    {
        var bytes = new byte[pageCount * pageSize];
        new Random(seed).NextBytes(bytes);
        "SQLite format 3\0"u8.CopyTo(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(16), (ushort)(pageSize == 65536 ? 1 : pageSize));
        await File.WriteAllBytesAsync(file, bytes, cancellationToken);
        return bytes;
    }
}
