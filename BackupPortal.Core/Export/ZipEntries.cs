using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Export;

/// <summary>Adds entries to a local copy, one after the other, and knows their hashes in the end.</summary>
internal sealed class ZipEntries(ZipArchive archive)
{
    private const int BufferBytes = 1024 * 1024;

    // Of st_mode; a ZIP keeps it in the upper half of the attributes.
    private const int RegularFile = 0x8000;
    private const int SymbolicLink = 0xA000;
    private const int Folder = 0x4000;
    private const int FolderOfDos = 0x10;
    private const int OwnerReadsAndWrites = 0b110_100_000;

    private static readonly DateTime _earliest = new(1980, 1, 1);
    private static readonly DateTime _latest = new(2107, 12, 31);

    private readonly StringBuilder _sums = new();

    public async Task AddAsync(string name, byte[] content, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var target = await CreateAsync(name, RegularFile | OwnerReadsAndWrites, time, cancellationToken);
        await target.WriteAsync(content, cancellationToken);
        AddSum(Convert.ToHexStringLower(SHA256.HashData(content)), name);
    }

    /// <param name="progress">Bytes written so far.</param>
    public async Task AddDatabaseAsync(ExportSource source, Action<long> progress, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(source.DatabaseFile, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        await using var target = await CreateAsync(
            ZipLayout.Database, RegularFile | OwnerReadsAndWrites, source.Record.CreatedUtc, cancellationToken);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[BufferBytes];
        long written = 0;
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            var bytes = buffer.AsMemory(0, read);
            var hashing = Task.Run(() => hash.AppendData(bytes.Span), CancellationToken.None);
            await target.WriteAsync(bytes, cancellationToken);
            await hashing;
            progress(written += read);
        }
        AddSum(Convert.ToHexStringLower(hash.GetHashAndReset()), ZipLayout.Database);
    }

    public async Task AddAsync(SnapshotReader reader, FileEntry entry, CancellationToken cancellationToken)
    {
        var name = ZipLayout.Files + entry.Path + (entry.Kind == FileEntryKind.Folder ? "/" : "");
        var kind = entry.Kind switch
        {
            FileEntryKind.Folder => Folder,
            FileEntryKind.Link => SymbolicLink,
            _ => RegularFile,
        };
        var time = DateTimeOffset.FromUnixTimeMilliseconds(entry.ModifiedUnixNanoseconds / 1_000_000);
        await using var target = await CreateAsync(name, kind | entry.Mode, time, cancellationToken);
        if (entry.Kind == FileEntryKind.Link)
            await target.WriteAsync(Encoding.UTF8.GetBytes(entry.LinkTarget!), cancellationToken);
        if (entry.Kind != FileEntryKind.File)
            return;
        await reader.WriteContentAsync(entry, target, cancellationToken);
        AddSum(entry.Sha256!, name);
    }

    /// <summary>Call it last.</summary>
    public async Task AddSumsAsync(DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var target = await CreateAsync(ZipLayout.Sums, RegularFile | OwnerReadsAndWrites, time, cancellationToken);
        await target.WriteAsync(Encoding.UTF8.GetBytes(_sums.ToString()), cancellationToken);
    }

    private async Task<Stream> CreateAsync(string name, int mode, DateTimeOffset time, CancellationToken cancellationToken)
    {
        // The fastest: what makes a school's data small is that the repository stores it once, not that a copy is squeezed.
        var entry = archive.CreateEntry(name, CompressionLevel.Fastest);
        // A ZIP has no time zone; tools take its times for local ones.
        var local = time.ToLocalTime().DateTime;
        entry.LastWriteTime = local < _earliest ? _earliest : local > _latest ? _latest : local;
        entry.ExternalAttributes = (mode << 16) | ((mode & 0xF000) == Folder ? FolderOfDos : 0);
        return await entry.OpenAsync(cancellationToken);
    }

    private void AddSum(string hash, string name) => _sums.Append(ZipSums.LineOf(hash, name)).Append('\n');
}
