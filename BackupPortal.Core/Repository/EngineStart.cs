using System.Security.Cryptography;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Loads what storing and reading snapshots always need: the libraries for hashing and compressing, and the code around them. A short command does that on
/// another core while it opens the catalog; whoever comes too early waits for no more than he would have without.
/// </summary>
public static class EngineStart
{
    private const int SomeBytes = 4096;

    public static void Run()
    {
        var page = new PooledBytes(SomeBytes);
        page.Span.Clear();
        Sha256.Hash(page.Span, stackalloc byte[RepositoryLayout.HashSize]);
        RandomNumberGenerator.Fill(page.Span[..1]);
        EncodedFrame.From(RawFrame.OfFileData(page), Compression.Best, "start").Dispose();
    }
}
