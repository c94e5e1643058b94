namespace BackupPortal.Tests.Export;

/// <summary>A disk, or a reader, that has enough after so many bytes.</summary>
internal sealed class FullStream(long room) : MemoryStream
{
    public const string Words = "No space left on this test's disk.";

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        room -= buffer.Length;
        if (room < 0)
            throw new IOException(Words);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }
}
