using System.IO.Compression;
using System.Security.Cryptography;

namespace BackupPortal.Core.Import;

/// <summary>
/// Reads a gzipped file, and notices when it is cut off or when something follows it, which the runtime does not: a member of our own, that nobody can know, is put behind it,
/// and must come out last.
/// </summary>
internal sealed class WholeGzip : Stream
{
    private const int MarkBytes = 32;
    private const int BufferBytes = 256 * 1024;

    private readonly byte[] mark = RandomNumberGenerator.GetBytes(MarkBytes);
    private readonly WorkLimits limits;
    private readonly Stream file;
    private readonly GZipStream content;
    private readonly byte[] buffer = new byte[BufferBytes + MarkBytes];
    private int begin;
    private int end;
    private bool isEnded;

    public WholeGzip(Stream file, WorkLimits limits)
    {
        this.limits = limits;
        this.file = new FollowedStream(file, Gzipped(mark));
        content = new GZipStream(this.file, CompressionMode.Decompress);
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="UnfitFileException">It is damaged or cut off, or unpacks to too much.</exception>
    public override int Read(Span<byte> target)
    {
        // The last bytes are held back until it is known whether they are the mark.
        while (!isEnded && end - begin <= MarkBytes)
            Fill();
        var length = Math.Min(target.Length, end - begin - MarkBytes);
        if (length <= 0)
            return 0;
        buffer.AsSpan(begin, length).CopyTo(target);
        begin += length;
        return length;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            content.Dispose();
            file.Dispose();
        }
        base.Dispose(disposing);
    }

    private void Fill()
    {
        buffer.AsSpan(begin, end - begin).CopyTo(buffer);
        (begin, end) = (0, end - begin);
        try
        {
            var read = content.Read(buffer.AsSpan(end));
            limits.Count(read);
            end += read;
            isEnded = read == 0;
        }
        catch (InvalidDataException)
        {
            throw ImportText.Unfit("GzipDamaged");
        }
        if (isEnded && !buffer.AsSpan(begin, end - begin).SequenceEqual(mark))
            throw ImportText.Unfit("GzipDamaged");
    }

    private static byte[] Gzipped(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.NoCompression))
            gzip.Write(content);
        return target.ToArray();
    }

    /// <summary>A stream with some bytes behind it.</summary>
    private sealed class FollowedStream(Stream first, byte[] last) : Stream
    {
        private int given;

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
            if (first.Read(buffer) is > 0 and var read)
                return read;
            var length = Math.Min(buffer.Length, last.Length - given);
            last.AsSpan(given, length).CopyTo(buffer);
            given += length;
            return length;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                first.Dispose();
            base.Dispose(disposing);
        }
    }
}
