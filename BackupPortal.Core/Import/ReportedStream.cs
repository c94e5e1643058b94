namespace BackupPortal.Core.Import;

/// <summary>Gives what was read ahead first, then the rest, and tells how much that was.</summary>
internal sealed class ReportedStream(byte[] ahead, Stream rest, Action<long> progress) : Stream
{
    private long given;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        var read = given < ahead.Length ? Math.Min(buffer.Length, ahead.Length - (int)given) : rest.Read(buffer);
        if (given < ahead.Length)
            ahead.AsSpan((int)given, read).CopyTo(buffer);
        progress(given += read);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
