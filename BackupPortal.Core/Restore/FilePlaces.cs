namespace BackupPortal.Core.Restore;

/// <summary>Where the pieces of a swap of files are. Names are numbers, so that no path of the school's can be too long or odd.</summary>
/// <param name="Root">The live files folder.</param>
/// <param name="Place">The restore's own folder on the same file system.</param>
internal sealed record FilePlaces(string Root, string Place)
{
    public string Staging => Path.Combine(Place, "staged");

    /// <summary>What was taken out of live data.</summary>
    public string Safety => Path.Combine(Place, "safety");

    public string Live(FileChange change) => Path.Combine(Root, change.Path);

    public string Staged(FileChange change) => Path.Combine(Staging, Name(change));

    public string TakenOut(FileChange change) => Path.Combine(Safety, Name(change));

    private static string Name(FileChange change) => change.Number.ToString("D7", System.Globalization.CultureInfo.InvariantCulture);
}
