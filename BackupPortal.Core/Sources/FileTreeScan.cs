using System.IO.Enumeration;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Sources;

/// <summary>One look at a files folder.</summary>
internal sealed class FileTreeScan(string root, ExcludedFiles excluded, Action<FileNotice>? notice)
{
    private const char NotDecoded = '\uFFFD';

    private static readonly EnumerationOptions Everything = new()
    {
        AttributesToSkip = 0,
        IgnoreInaccessible = false,
        RecurseSubdirectories = false,
        ReturnSpecialDirectories = false,
    };

    private readonly Stack<FolderNames> open = new();

    /// <summary>Ordered by path (ordinal).</summary>
    public IEnumerable<FileEntry> Run(CancellationToken cancellationToken)
    {
        // Something else of that name goes on, and is refused: no files at all must never be a mistake.
        if (!Directory.Exists(root) && !File.Exists(root))
            yield break;
        open.Push(new FolderNames("", NamesIn("")));
        while (open.TryPeek(out var folder))
        {
            if (folder.TryTakeFolder() is { } below)
            {
                cancellationToken.ThrowIfCancellationRequested();
                open.Push(new FolderNames(below, NamesIn(below)));
            }
            else if (folder.TryTakeName(out var isNew) is not { } path)
                open.Pop();
            else if (Find(path, isNew) is { } entry)
            {
                if (entry.Kind == FileEntryKind.Folder)
                    folder.Enter(path);
                yield return entry;
            }
        }
    }

    private List<string> NamesIn(string folder)
    {
        try
        {
            List<string> names = [.. new FileSystemEnumerable<string>(Absolute(folder), static (ref FileSystemEntry entry) => entry.FileName.ToString(), Everything)];
            names.Sort(StringComparer.Ordinal);
            return names;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (folder.Length == 0)
                throw new PortalException(SourcesText.Of("FilesNotReadable", root, e.Message), SourcesText.Of("FilesNotReadableHint"), cause: e);
            Leave(folder, e is DirectoryNotFoundException ? FileNoticeReason.Vanished : FileNoticeReason.Unreadable, e.Message);
            return [];
        }
    }

    private FileEntry? Find(string path, bool isNew)
    {
        var absolute = Absolute(path);
        if (excluded.HasPath(absolute))
            return null;
        try
        {
            // Bytes that are not UTF-8 arrive as a replacement character, and then no path leads back to the file, or it leads to a namesake.
            if (!isNew)
                throw new FileNotFoundException();
            var status = FileSystemCalls.Look(absolute);
            if (excluded.HasIdentity(status))
            {
                // With one name only it is the excluded path in another spelling, which needs no mention.
                if (status.Links > 1 && status.Kind == FileEntryKind.File)
                    Leave(path, FileNoticeReason.LiveDatabase);
            }
            else if (status.Kind is not { } kind)
                Leave(path, FileNoticeReason.NotAFile);
            else
                return EntryOf(path, kind, status);
        }
        catch (FileNotFoundException)
        {
            Leave(path, path.Contains(NotDecoded, StringComparison.Ordinal) ? FileNoticeReason.NameNotUtf8 : FileNoticeReason.Vanished);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Leave(path, FileNoticeReason.Unreadable, e.Message);
        }
        return null;
    }

    private FileEntry EntryOf(string path, FileEntryKind kind, FileStatus status)
    {
        var target = kind == FileEntryKind.Link ? LinkTarget(path) : null;
        return new FileEntry(
            path, kind, kind == FileEntryKind.File ? status.SizeBytes : 0, status.ModifiedUnixNanoseconds, status.Mode, status.UserId, status.GroupId,
            target, Sha256: null, Pieces: []);
    }

    private string LinkTarget(string path)
    {
        var target = new FileInfo(Absolute(path)).LinkTarget ?? throw new FileNotFoundException();
        return target.Contains(NotDecoded, StringComparison.Ordinal)
            ? throw new IOException("The link's target is not valid UTF-8.")
            : target;
    }

    private void Leave(string path, FileNoticeReason reason, string? detail = null) => notice?.Invoke(new FileNotice(path, reason, detail));

    private string Absolute(string path) => path.Length == 0 ? root : $"{root.TrimEnd('/')}/{path}";
}
