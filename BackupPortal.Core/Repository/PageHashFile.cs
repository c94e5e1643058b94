using System.Buffers.Binary;
using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Storage;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Repository;

/// <summary>
/// The SHA-256 of each page of a database in a local file, so that memory does not grow with the database. The file of the newest snapshot is kept:
/// with it the next backup need not decode that snapshot. Safe for concurrent use.
/// </summary>
/// <remarks>It is only a cache, and never trusted: what does not give the snapshot's root hash is as good as missing.</remarks>
internal sealed class PageHashFile : IDisposable
{
    private const int HashSize = RepositoryLayout.HashSize;
    private const int HeaderSize = 16;
    private const string KeptName = "page-hashes";

    private readonly string folder;
    private readonly string path;
    private readonly SafeFileHandle handle;
    private bool isTemporary;

    private PageHashFile(string folder, string path, SafeFileHandle handle, bool isTemporary)
    {
        this.folder = folder;
        this.path = path;
        this.handle = handle;
        this.isTemporary = isTemporary;
    }

    private static ReadOnlySpan<byte> Magic => "BPH1"u8;

    /// <summary>A new, empty file, gone again unless <see cref="Keep"/> is called.</summary>
    /// <exception cref="StorageException">The folder cannot be written.</exception>
    public static PageHashFile Create(string folder)
    {
        var path = Path.Combine(folder, $"{KeptName}.{Guid.NewGuid():N}");
        return Guard(path, () =>
        {
            Directory.CreateDirectory(folder);
            // By hand: as a pattern, ".*" would find the kept file too.
            foreach (var abandoned in Directory.EnumerateFiles(folder).Where(IsTemporary))
                File.Delete(abandoned);
            return new PageHashFile(folder, path, File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None), isTemporary: true);
        });
    }

    /// <summary>The kept file, if it holds what the snapshot's root hash says; null otherwise.</summary>
    public static PageHashFile? Find(string folder, DatabaseFacts database)
    {
        var path = Path.Combine(folder, KeptName);
        try
        {
            var kept = new PageHashFile(
                folder, path, File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete), isTemporary: false);
            if (kept.Fits(database))
                return kept;
            kept.Dispose();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Missing or unreadable: the hashes are found out by decoding instead.
            return null;
        }
    }

    /// <summary>The hashes of a run of pages; zeros, which are no page's hash, for pages that the file does not have.</summary>
    public void Read(long firstPage, Span<byte> hashes)
    {
        var offset = HeaderSize + (firstPage * HashSize);
        while (hashes.Length > 0)
        {
            var read = RandomAccess.Read(handle, hashes, offset);
            if (read == 0)
                break;
            hashes = hashes[read..];
            offset += read;
        }
        hashes.Clear();
    }

    /// <exception cref="StorageException">The disk is full, or failed.</exception>
    public void Write(long firstPage, ReadOnlySpan<byte> hashes)
    {
        try
        {
            RandomAccess.Write(handle, hashes, HeaderSize + (firstPage * HashSize));
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    /// <summary>The root hash of the first <paramref name="pageCount"/> pages.</summary>
    public string Root(long pageCount)
    {
        using var root = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var buffer = new PooledBytes(64 * 1024);
        for (long page = 0, perRead = buffer.Length / HashSize; page < pageCount; page += perRead)
        {
            var hashes = buffer.Span[..(int)(Math.Min(perRead, pageCount - page) * HashSize)];
            Read(page, hashes);
            root.AppendData(hashes);
        }
        return RepositoryLayout.Hex(root.GetHashAndReset());
    }

    /// <summary>Takes the place of the file that was kept.</summary>
    /// <exception cref="IOException">It cannot; whatever is there is the old one, or none.</exception>
    public void Keep(int pageSize, long pageCount)
    {
        RandomAccess.Write(handle, Header(pageSize, pageCount), 0);
        File.Move(path, Path.Combine(folder, KeptName), overwrite: true);
        isTemporary = false;
    }

    public void Dispose()
    {
        handle.Dispose();
        if (isTemporary)
            File.Delete(path);
    }

    private static bool IsTemporary(string file) => Path.GetFileName(file).StartsWith(KeptName + ".", StringComparison.Ordinal);

    private static byte[] Header(int pageSize, long pageCount)
    {
        var header = new byte[HeaderSize];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(4), pageSize);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(8), pageCount);
        return header;
    }

    private static T Guard<T>(string path, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (StorageFailure.IsFromFileSystem(e))
        {
            throw StorageFailure.From(e, path);
        }
    }

    private bool Fits(DatabaseFacts database)
    {
        if (RandomAccess.GetLength(handle) != HeaderSize + (database.PageCount * HashSize))
            return false;
        var header = new byte[HeaderSize];
        return RandomAccess.Read(handle, header, 0) == HeaderSize
            && header.AsSpan().SequenceEqual(Header(database.PageSize, database.PageCount))
            && Root(database.PageCount) == database.RootHash;
    }
}
