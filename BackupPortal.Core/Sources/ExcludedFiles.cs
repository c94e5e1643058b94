namespace BackupPortal.Core.Sources;

/// <summary>
/// Recognises what must not be looked into, by path and by what the path leads to: a hard link is another name of the same file. Any path may be that of
/// a database, so what SQLite keeps beside one is left alone with it: a restore that took a <c>-wal</c> away would lose commits.
/// </summary>
internal sealed class ExcludedFiles
{
    private readonly HashSet<string> paths;
    private readonly HashSet<FileIdentity> identities;

    public ExcludedFiles(IEnumerable<string> exclude)
    {
        paths = [.. exclude.SelectMany(LiveDatabaseFiles.Of).Select(Path.GetFullPath)];
        identities = [.. paths.Select(path => FileSystemCalls.TryLook(path, follow: true)).OfType<FileStatus>()
            .Select(status => status.Identity).Where(identity => identity != default)];
    }

    public bool HasPath(string path) => paths.Contains(path);

    public bool HasIdentity(FileStatus status) => identities.Contains(status.Identity);
}
