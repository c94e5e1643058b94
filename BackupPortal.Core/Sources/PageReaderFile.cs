using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Sources;

/// <summary>Pages as one file, for reading.</summary>
internal sealed class PageReaderFile(IPageReader pages) : IVirtualFile
{
    /// <summary>Why reading stopped; null as long as nothing went wrong.</summary>
    public Exception? Failure { get; private set; }

    public long Length => pages.PageCount * pages.PageSize;

    public int TryRead(Span<byte> target, long offset)
    {
        try
        {
            var wanted = (int)Math.Clamp(Length - offset, 0, target.Length);
            for (var done = 0; done < wanted;)
                done += ReadPart(target[done..wanted], offset + done);
            return wanted;
        }
        catch (Exception e)
        {
            Failure = e;
            return -1;
        }
    }

    public bool TryWrite(ReadOnlySpan<byte> bytes, long offset) => false;

    private int ReadPart(Span<byte> target, long offset)
    {
        var (page, within) = Math.DivRem(offset, pages.PageSize);
        if (within == 0 && target.Length >= pages.PageSize)
        {
            pages.Read(page, target[..pages.PageSize]);
            return pages.PageSize;
        }
        using var whole = new PooledBytes(pages.PageSize);
        pages.Read(page, whole.Span);
        var part = whole.Span[(int)within..];
        part = part[..Math.Min(part.Length, target.Length)];
        part.CopyTo(target);
        return part.Length;
    }
}
