namespace BackupPortal.Core.Import.Zip;

/// <summary>Knows which symbolic links lead to no place outside of the folder that they are in.</summary>
internal static class LinkTargets
{
    /// <summary>
    /// Going up is only taken at the beginning of a target: there it starts from the link's own folder, which no other link leads to. Further on it would start from
    /// wherever a link leads.
    /// </summary>
    /// <param name="path">Of the link, relative to the folder.</param>
    public static bool StaysInside(string path, string target)
    {
        if (target.Length == 0 || target.StartsWith('/') || target.Contains('\\', StringComparison.Ordinal) || target.Any(char.IsControl))
            return false;
        var parts = target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(static part => part != ".").ToList();
        var up = parts.TakeWhile(static part => part == "..").Count();
        return up <= path.Count(static one => one == '/') && !parts.Skip(up).Contains("..");
    }
}
