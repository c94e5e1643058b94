using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using Microsoft.Win32.SafeHandles;

namespace BackupPortal.Core.Import;

/// <summary>The file that comes in, opened once to be read: whatever takes its name meanwhile is not read.</summary>
internal sealed class IncomingFile : IDisposable
{
    private IncomingFile(string path, SafeFileHandle handle, long length)
    {
        Path = path;
        Handle = handle;
        Length = length;
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    public SafeFileHandle Handle { get; }

    /// <summary>In bytes, as it was when the file was opened.</summary>
    public long Length { get; }

    /// <param name="path">Without links on the way.</param>
    /// <param name="excluded">Live databases, which must never be opened as files.</param>
    /// <exception cref="Messages.PortalException">There is no such file, it is no file, or it is a live database.</exception>
    public static IncomingFile Open(string path, ExcludedFiles excluded)
    {
        if (FileSystemCalls.TryLook(path) is not { } status)
            throw ImportText.Refusal("SourceMissing", "SourceMissingHint", path);
        if (excluded.HasPath(path) || excluded.HasIdentity(status))
            throw ImportText.Refusal("SourceIsLive", "SourceIsLiveHint", path);
        if (status.Kind != FileEntryKind.File)
            throw ImportText.Refusal("SourceNotAFile", "SourceMissingHint", path);
        try
        {
            var handle = FileSystemCalls.OpenToRead(path);
            return new IncomingFile(path, handle, RandomAccess.GetLength(handle));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new Messages.PortalException(ImportText.Of("SourceUnreadable", path, failure.Message), ImportText.Of("SourceMissingHint"), cause: failure);
        }
    }

    /// <summary>Fills as much of the span as there is.</summary>
    public int Read(Span<byte> target, long offset)
    {
        var filled = 0;
        while (filled < target.Length && RandomAccess.Read(Handle, target[filled..], offset + filled) is > 0 and var read)
            filled += read;
        return filled;
    }

    /// <returns>The first bytes, enough to tell what it is.</returns>
    public byte[] ReadHead()
    {
        var head = new byte[(int)Math.Min(IncomingForms.HeadBytes, Length)];
        return head[..Read(head, 0)];
    }

    /// <summary>A stream of its own over a part of the file.</summary>
    public Stream OpenPart(long offset, long length) => new FilePart(this, offset, length);

    public void Dispose() => Handle.Dispose();
}
