using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>
/// Where a restore keeps what it stages and what it takes out of its place: on the target's own file system, so that every move is a rename. That is the
/// journal's folder where possible, else a folder beside the target.
/// </summary>
/// <param name="Database">For the database.</param>
/// <param name="Files">For files.</param>
internal sealed record RestorePlaces(string Database, string Files)
{
    public const string BesidePrefix = ".backupportal-";

    /// <param name="databasePath">Where the live database really is, links followed.</param>
    public static RestorePlaces For(Tenant tenant, string databasePath, string journalFolder)
    {
        var operation = Path.GetFileName(journalFolder);
        return new RestorePlaces(
            Path.Combine(Choose(tenant, journalFolder, operation, Path.GetDirectoryName(databasePath)!), "database"),
            Path.Combine(Choose(tenant, journalFolder, operation, tenant.FilesPath), "files"));
    }

    private static string Choose(Tenant tenant, string journalFolder, string operation, string target)
    {
        Directory.CreateDirectory(target);
        var device = FileStamp.Find(Resolve(target))?.Device;
        if (FileStamp.Find(journalFolder)?.Device == device)
            return journalFolder;
        // Beside the files folder rather than in it, so that it is not taken for a part of it.
        var parent = Path.GetDirectoryName(tenant.FilesPath)!;
        var beside = FileStamp.Find(parent)?.Device == device ? parent : target;
        return Path.Combine(beside, BesidePrefix + tenant.Slug, operation);
    }

    private static string Resolve(string folder) => Directory.ResolveLinkTarget(folder, returnFinalTarget: true)?.FullName ?? folder;
}
