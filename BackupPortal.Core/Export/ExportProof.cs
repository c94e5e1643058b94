using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Export;

/// <summary>Reads an exported file back as its reader will, before anybody relies on it.</summary>
internal static class ExportProof
{
    private const int BufferBytes = 1024 * 1024;

    /// <param name="progress">Bytes of the file that were read; cheap to call.</param>
    /// <returns>The SHA-256 of the file, lower-case hexadecimal.</returns>
    /// <exception cref="PortalException">It is not what was written.</exception>
    public static async Task<string> RunAsync(string file, ExportRequest request, Action<long, long> progress, CancellationToken cancellationToken)
    {
        await using var source = Open(file);
        var hash = await HashAsync(source, done => progress(done, source.Length), cancellationToken);
        source.Position = 0;
        try
        {
            if (request is { Format: ExportFormat.Zip, Passphrase: { } passphrase })
            {
                await using var opened = ContainerReadStream.Open(source, passphrase);
                await CheckSumsAsync(opened, cancellationToken);
            }
            else if (request.Format == ExportFormat.Zip)
                await CheckSumsAsync(source, cancellationToken);
            else if (request.Format == ExportFormat.Csv)
                await ReadEntriesAsync(source, cancellationToken);
            else if (request.Format is ExportFormat.SqliteSql or ExportFormat.PostgresSql)
                await ReadGzipAsync(source, cancellationToken);
        }
        catch (InvalidDataException damage)
        {
            throw ExportText.Refusal("NotAsWritten", "NotAsWrittenHint", damage, file, damage.Message);
        }
        return hash;
    }

    public static FileStream Open(string file) => new(file, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);

    private static async Task<string> HashAsync(Stream source, Action<long> progress, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        long done = 0;
        while (await source.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            hash.AppendData(buffer, 0, read);
            progress(done += read);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task CheckSumsAsync(Stream source, CancellationToken cancellationToken)
    {
        await using var archive = await ZipArchive.CreateAsync(source, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8, cancellationToken);
        var sums = archive.GetEntry(ZipLayout.Sums) ?? throw new InvalidDataException($"{ZipLayout.Sums} is missing");
        await using var lines = await sums.OpenAsync(cancellationToken);
        using var reader = new StreamReader(lines, Encoding.UTF8);
        var checkedCount = 0;
        foreach (var entry in archive.Entries)
        {
            // Links are not among the sums, and neither are folders and the sums themselves; the rest is, in the same order.
            if (!ZipSums.IsListed(entry))
                continue;
            var line = await reader.ReadLineAsync(cancellationToken) ?? throw new InvalidDataException($"{entry.FullName} has no sum");
            await using var content = await entry.OpenAsync(cancellationToken);
            if (line != ZipSums.LineOf(await HashAsync(content, static _ => { }, cancellationToken), entry.FullName))
                throw new InvalidDataException($"{entry.FullName} does not fit its sum");
            checkedCount++;
        }
        if (checkedCount == 0 || await reader.ReadLineAsync(cancellationToken) is not null)
            throw new InvalidDataException("entries are missing");
    }

    private static async Task ReadEntriesAsync(Stream source, CancellationToken cancellationToken)
    {
        await using var archive = await ZipArchive.CreateAsync(source, ZipArchiveMode.Read, leaveOpen: true, Encoding.UTF8, cancellationToken);
        foreach (var entry in archive.Entries)
        {
            await using var content = await entry.OpenAsync(cancellationToken);
            await content.CopyToAsync(Stream.Null, cancellationToken);
        }
    }

    // Its checksum is looked at where it ends; that it does end, and is not cut off, tells the length in its last four bytes alone.
    private static async Task ReadGzipAsync(FileStream source, CancellationToken cancellationToken)
    {
        long length = 0;
        await using (var content = new GZipStream(source, CompressionMode.Decompress, leaveOpen: true))
        {
            var buffer = new byte[BufferBytes];
            while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
                length += read;
        }
        var last = new byte[sizeof(uint)];
        source.Position = Math.Max(0, source.Length - last.Length);
        if (await source.ReadAtLeastAsync(last, last.Length, throwOnEndOfStream: false, cancellationToken) < last.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(last) != (uint)length)
            throw new InvalidDataException("it is cut off");
    }
}
