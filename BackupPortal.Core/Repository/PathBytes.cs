using System.Text;

namespace BackupPortal.Core.Repository;

/// <summary>A path in UTF-8, of which the next one is told by what it does not share: neighbours begin alike. What they share may end inside a character.</summary>
internal sealed class PathBytes
{
    private byte[] current = new byte[256];
    private byte[] next = new byte[256];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => current.AsSpan(0, Length);

    /// <exception cref="DecoderFallbackException">It is not valid UTF-8.</exception>
    public string Text => ByteWriter.StrictUtf8.GetString(Span);

    /// <summary>Moves on to a path.</summary>
    /// <returns>How many bytes it has in common with the one before.</returns>
    public int Move(string path)
    {
        var most = Encoding.UTF8.GetMaxByteCount(path.Length);
        if (next.Length < most)
            next = new byte[most];
        var length = ByteWriter.StrictUtf8.GetBytes(path, next);
        var shared = Span.CommonPrefixLength(next.AsSpan(0, length));
        (current, next, Length) = (next, current, length);
        return shared;
    }

    /// <summary>Keeps so many bytes, and goes on with others.</summary>
    public void Move(int shared, ReadOnlySpan<byte> rest)
    {
        if (current.Length < shared + rest.Length)
            Array.Resize(ref current, Math.Max(shared + rest.Length, current.Length * 2));
        rest.CopyTo(current.AsSpan(shared));
        Length = shared + rest.Length;
    }

    public void Clear() => Length = 0;
}
