namespace BackupPortal.Core.Export;

/// <summary>Encrypts what is written to it. Without <see cref="CompleteAsync"/> what came out is a truncated file, and known as one.</summary>
/// <param name="target">Stays open.</param>
/// <param name="container">Becomes the stream's own.</param>
internal sealed class ContainerWriteStream(Stream target, EncryptedContainer container) : Stream
{
    private readonly byte[] _chunk = new byte[EncryptedContainer.ChunkSize + EncryptedContainer.TagSize];
    private int _filled;
    private long _number = -1;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>Writes what is left, as the last chunk. Nothing may be written any more.</summary>
    public async Task CompleteAsync(CancellationToken cancellationToken) => await target.WriteAsync(SealChunk(isLast: true), cancellationToken);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            if (_filled == EncryptedContainer.ChunkSize)
                target.Write(SealChunk(isLast: false).Span);
            var taken = Take(buffer);
            buffer = buffer[taken..];
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (buffer.Length > 0)
        {
            if (_filled == EncryptedContainer.ChunkSize)
                await target.WriteAsync(SealChunk(isLast: false), cancellationToken);
            var taken = Take(buffer.Span);
            buffer = buffer[taken..];
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush()
    {
        // Chunks are written when they are full.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            container.Dispose();
        base.Dispose(disposing);
    }

    private int Take(ReadOnlySpan<byte> buffer)
    {
        var taken = Math.Min(buffer.Length, EncryptedContainer.ChunkSize - _filled);
        buffer[..taken].CopyTo(_chunk.AsSpan(_filled));
        _filled += taken;
        return taken;
    }

    // With the header in front of the first one.
    private ReadOnlyMemory<byte> SealChunk(bool isLast)
    {
        var sealedChunk = _chunk.AsMemory(0, _filled + EncryptedContainer.TagSize);
        container.Seal(++_number, isLast, sealedChunk.Span);
        _filled = 0;
        return _number == 0 ? (byte[])[.. container.Header, .. sealedChunk.Span] : sealedChunk;
    }
}
