using BackupPortal.Core.Messages;

namespace BackupPortal.Core.Export;

/// <summary>Reads what is in an encrypted container, from any place of it. Each chunk is proven before any of its bytes is given out.</summary>
internal sealed class ContainerReadStream : Stream
{
    private const int FullChunk = EncryptedContainer.ChunkSize + EncryptedContainer.TagSize;

    private readonly Stream _source;
    private readonly EncryptedContainer _container;
    private readonly long _chunkCount;
    private readonly byte[] _chunk = new byte[FullChunk];
    private long _current = -1;
    private int _currentLength;

    private ContainerReadStream(Stream source, EncryptedContainer container)
    {
        _source = source;
        _container = container;
        var length = source.Length - EncryptedContainer.HeaderSize;
        _chunkCount = (length + FullChunk - 1) / FullChunk;
        Length = length - (_chunkCount * EncryptedContainer.TagSize);
    }

    public override bool CanRead => true;

    public override bool CanSeek => true;

    public override bool CanWrite => false;

    public override long Length { get; }

    public override long Position { get; set; }

    /// <param name="source">Can seek; stays the caller's.</param>
    /// <exception cref="PortalException">The passphrase is wrong, or the file is truncated, changed, or of another kind.</exception>
    public static ContainerReadStream Open(Stream source, string passphrase)
    {
        var header = new byte[EncryptedContainer.HeaderSize];
        source.Position = 0;
        if (source.ReadAtLeast(header, header.Length, throwOnEndOfStream: false) < header.Length || EncryptedContainer.Open(header, passphrase) is not { } container)
            throw ExportText.Refusal("ContainerUnknown", "ContainerUnknownHint");
        var opened = new ContainerReadStream(source, container);
        // A wrong passphrase and a cut-off end are found before anything is done with it.
        var first = opened.TryLoad(0);
        if (first && opened.TryLoad(opened._chunkCount - 1))
            return opened;
        opened.Dispose();
        throw first ? Damaged() : ExportText.Refusal("PassphraseWrong", "PassphraseWrongHint");
    }

    public override int Read(Span<byte> buffer)
    {
        if (Position >= Length)
            return 0;
        var number = Position / EncryptedContainer.ChunkSize;
        if (number != _current && !TryLoad(number))
            throw Damaged();
        var offset = (int)(Position % EncryptedContainer.ChunkSize);
        var count = Math.Min(buffer.Length, _currentLength - offset);
        _chunk.AsSpan(offset, count).CopyTo(buffer);
        Position += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override long Seek(long offset, SeekOrigin origin) => Position = offset + origin switch
    {
        SeekOrigin.Begin => 0,
        SeekOrigin.Current => Position,
        _ => Length,
    };

    public override void Flush()
    {
        // Nothing is written.
    }

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _container.Dispose();
        base.Dispose(disposing);
    }

    private bool TryLoad(long number)
    {
        if (number < 0 || number >= _chunkCount)
            return false;
        var start = EncryptedContainer.HeaderSize + (number * FullChunk);
        var length = (int)Math.Min(FullChunk, _source.Length - start);
        _source.Position = start;
        _current = -1;
        if (_source.ReadAtLeast(_chunk.AsSpan(0, length), length, throwOnEndOfStream: false) < length
            || !_container.TryUnseal(number, isLast: number == _chunkCount - 1, _chunk.AsSpan(0, length)))
            return false;
        (_current, _currentLength) = (number, length - EncryptedContainer.TagSize);
        return true;
    }

    private static PortalException Damaged() => ExportText.Refusal("ContainerDamaged", "ContainerDamagedHint");
}
