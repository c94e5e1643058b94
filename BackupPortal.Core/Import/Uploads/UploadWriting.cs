using System.Security.Cryptography;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Import.Uploads;

/// <summary>Writes a piece of an upload where it belongs, as it arrives.</summary>
/// <param name="offset">Where the file ends now, and the piece begins.</param>
/// <param name="size">What the whole file was announced with.</param>
internal sealed class UploadWriting(string path, long offset, long size)
{
    private const int BufferBytes = 1 << 20;

    /// <param name="sha256">What the piece must hash to; null when nobody said.</param>
    /// <exception cref="UploadException">It is more than was announced, or not what was sent: then none of it is kept.</exception>
    public async Task RunAsync(Stream content, byte[]? sha256, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.Read, bufferSize: 0);
        file.Position = offset;
        var writeBack = new EarlyWriteBack(file);
        using var hash = sha256 is null ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var buffer = new PooledBytes(BufferBytes);
        var (position, filled) = (offset, 0);
        try
        {
            while (await content.ReadAsync(buffer.Memory[filled..BufferBytes], cancellationToken) is > 0 and var read)
            {
                filled += read;
                if (position + filled > size)
                    throw new UploadException(UploadProblem.TooLarge, ImportText.Of("UploadMoreThanSaid"), ImportText.Of("UploadAgainHint"), offset);
                if (filled == BufferBytes)
                    Write();
            }
        }
        finally
        {
            // What has arrived is kept, also when the rest never will.
            if (filled > 0 && position + filled <= size)
                Write();
        }
        if (hash is not null && !hash.GetHashAndReset().AsSpan().SequenceEqual(sha256))
        {
            file.SetLength(offset);
            throw new UploadException(UploadProblem.PieceDamaged, ImportText.Of("UploadPieceDamaged"), ImportText.Of("UploadGoOnHint"), offset);
        }

        void Write()
        {
            file.Write(buffer.Span[..filled]);
            hash?.AppendData(buffer.Span[..filled]);
            writeBack.Continue();
            (position, filled) = (position + filled, 0);
        }
    }

    /// <summary>Makes the whole file durable, and hashes it meanwhile.</summary>
    /// <returns>False when it is not what it must hash to.</returns>
    public static async Task<bool> FinishAsync(string path, string? sha256, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read, bufferSize: 0, FileOptions.Asynchronous | FileOptions.SequentialScan);
        var synced = Task.Run(() => RandomAccess.FlushToDisk(file.SafeFileHandle), CancellationToken.None);
        try
        {
            return sha256 is null || Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken)) == sha256;
        }
        finally
        {
            await synced;
        }
    }
}
