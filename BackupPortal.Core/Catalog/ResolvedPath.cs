namespace BackupPortal.Core.Catalog;

/// <summary>An absolute path without links, <c>.</c> and <c>..</c>: as the operating system would walk it. What is not there yet may end it.</summary>
internal sealed record ResolvedPath
{
    private const int MostLinks = 40;

    private ResolvedPath(string value) => Value = value;

    public string Value { get; }

    /// <exception cref="IOException">Links go round in a circle, or a folder on the way cannot be looked into.</exception>
    /// <exception cref="ArgumentException">Not a path at all.</exception>
    public static ResolvedPath Of(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
            throw new ArgumentException("A path cannot contain NUL.", nameof(path));
        // Not Path.GetFullPath on the whole: it would take '..' away before the links in front of it are known.
        var absolute = Path.IsPathRooted(path) ? path : Path.Combine(Environment.CurrentDirectory, path);
        var root = Path.GetPathRoot(absolute)!;
        var todo = new Stack<string>(Parts(absolute[root.Length..]).Reverse());
        var resolved = root;
        var links = 0;
        while (todo.TryPop(out var part))
        {
            if (part == ".")
                continue;
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? root;
                continue;
            }
            var next = Path.Combine(resolved, part);
            if (new FileInfo(next).LinkTarget is not { } target)
            {
                resolved = next;
                continue;
            }
            if (++links > MostLinks)
                throw new IOException($"Too many links on the way to '{path}'.");
            if (Path.IsPathRooted(target))
                resolved = Path.GetPathRoot(target)!;
            foreach (var one in Parts(target[(Path.IsPathRooted(target) ? Path.GetPathRoot(target)!.Length : 0)..]).Reverse())
                todo.Push(one);
        }
        return new ResolvedPath(Path.TrimEndingDirectorySeparator(resolved));
    }

    /// <summary>True for what is in <paramref name="folder"/>, at any depth, and for the folder itself.</summary>
    public bool IsWithin(ResolvedPath folder) =>
        Value == folder.Value
        || Value.StartsWith(Path.EndsInDirectorySeparator(folder.Value) ? folder.Value : folder.Value + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    public bool Overlaps(ResolvedPath other) => IsWithin(other) || other.IsWithin(this);

    private static string[] Parts(string path) =>
        path.Split([Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries);
}
