using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Export;

/// <summary>The database file itself.</summary>
internal sealed class SqliteFileWriter : IFormatWriter
{
    private const int BufferBytes = 1024 * 1024;

    public ExportFormat Format => ExportFormat.SqliteFile;

    public async Task<IReadOnlyList<Message>> WriteAsync(
        ExportSource source, Stream output, Action<long, long> progress, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(source.DatabaseFile, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, useAsync: false);
        var buffer = new byte[BufferBytes];
        long written = 0;
        while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            progress(written += read, source.Record.Database.SizeBytes);
        }
        return [];
    }
}
