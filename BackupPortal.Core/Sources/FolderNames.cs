namespace BackupPortal.Core.Sources;

/// <summary>
/// What is left to look at of one folder, so that paths come in their order: of the folder <c>a</c> and the file <c>a-b</c> beside it, first <c>a</c>, then
/// <c>a-b</c>, then what is in <c>a</c>.
/// </summary>
/// <param name="path">Relative to the files folder; empty for that itself.</param>
/// <param name="names">Ordered (ordinal).</param>
internal sealed class FolderNames(string path, List<string> names)
{
    // Each begins with the one below it, and comes before that with all that is in it.
    private readonly Stack<string> waiting = new();
    private int next;

    /// <summary>What is in this folder, which has just been taken, is to be looked at.</summary>
    public void Enter(string folder) => waiting.Push(folder);

    /// <returns>The path of a folder to look into before the next name; null when the name, if any, comes first.</returns>
    public string? TryTakeFolder() =>
        waiting.TryPeek(out var folder) && (next == names.Count || !ComesBeforeContentsOf(folder, PathOf(names[next]))) ? waiting.Pop() : null;

    /// <param name="isNew">False when the name before was the same.</param>
    /// <returns>The next path; null when there is none.</returns>
    public string? TryTakeName(out bool isNew)
    {
        isNew = next == 0 || next == names.Count || names[next] != names[next - 1];
        return next == names.Count ? null : PathOf(names[next++]);
    }

    private static bool ComesBeforeContentsOf(string folder, string path) =>
        path.Length > folder.Length && path[folder.Length] < '/' && path.StartsWith(folder, StringComparison.Ordinal);

    private string PathOf(string name) => path.Length == 0 ? name : $"{path}/{name}";
}
