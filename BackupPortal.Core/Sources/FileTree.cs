using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Sources;

/// <summary>Looks at a files folder. Never follows a symbolic link; leaves out sockets, pipes, devices, and the live database with its companions.</summary>
public static class FileTree
{
    /// <summary>
    /// Every entry below <paramref name="root"/>, ordered by path (ordinal). Contents are not read: <see cref="FileEntry.Sha256"/> is null and
    /// <see cref="FileEntry.Pieces"/> empty. A folder that does not exist gives none.
    /// </summary>
    /// <param name="root">May itself be a link to a folder.</param>
    /// <param name="exclude">Absolute paths that are not part of it, for example the live database when it lies inside.</param>
    /// <param name="notice">Receives what was left out.</param>
    /// <exception cref="PortalException">The folder itself cannot be read.</exception>
    public static IReadOnlyList<FileEntry> Scan(
        string root, IReadOnlyCollection<string> exclude, Action<FileNotice>? notice, CancellationToken cancellationToken) =>
        [.. Walk(root, exclude, notice, cancellationToken)];

    /// <summary>The same one by one, without keeping more of them than the names in a folder.</summary>
    /// <inheritdoc cref="Scan"/>
    public static IEnumerable<FileEntry> Walk(
        string root, IReadOnlyCollection<string> exclude, Action<FileNotice>? notice, CancellationToken cancellationToken) =>
        new FileTreeScan(root, new ExcludedFiles(exclude), notice).Run(cancellationToken);

    /// <summary>True when time, size, kind, mode and owner say that the entry is the same as before.</summary>
    public static bool LooksUnchanged(FileEntry before, FileEntry now) =>
        before.Kind == now.Kind
        && before.SizeBytes == now.SizeBytes
        && before.Mode == now.Mode
        && before.UserId == now.UserId
        && before.GroupId == now.GroupId
        && before.LinkTarget == now.LinkTarget
        && before.ModifiedUnixNanoseconds == now.ModifiedUnixNanoseconds;
}
