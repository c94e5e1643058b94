using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Catalog;

/// <summary>A folder in the tenant's scratch place that is one piece of work's own, deleted with all that is in it. Several of a kind may be there beside each other, also of other processes.</summary>
internal sealed class OwnedFolder : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly FileLock inUse;

    private OwnedFolder(string path, FileLock inUse)
    {
        Path = path;
        this.inUse = inUse;
    }

    /// <summary>There already, and readable by nobody else. Holds a file <c>lock</c>.</summary>
    public string Path { get; }

    /// <summary>Clears what interrupted work of the same kind left, too.</summary>
    /// <param name="kind">What its name begins with, for example <c>drill-</c>.</param>
    public static OwnedFolder Create(Tenant tenant, string kind)
    {
        var scratch = Directory.CreateDirectory(tenant.Home.Scratch);
        foreach (var other in scratch.EnumerateDirectories(kind + "*"))
        {
            // Locked for as long as its work lives, in whatever process. A folder without a lock is about to get one.
            if (!File.Exists(LockOf(other.FullName)) || FileLock.TryTake(LockOf(other.FullName)) is not { } left)
                continue;
            using (left)
                Delete(other.FullName);
        }
        var path = System.IO.Path.Combine(scratch.FullName, kind + Guid.NewGuid().ToString("N"));
        // It will hold a readable copy of a school's data.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
        return new OwnedFolder(path, FileLock.TryTake(LockOf(path))!);
    }

    public void Dispose()
    {
        // Deleted while it is locked, so that nobody else begins to.
        if (!OperatingSystem.IsWindows())
            Delete(Path);
        inUse.Dispose();
        if (OperatingSystem.IsWindows())
            Delete(Path);
    }

    private static string LockOf(string folder) => System.IO.Path.Combine(folder, "lock");

    private static void Delete(string folder)
    {
        // A restored folder that its owner may not write to would keep what is in it.
        if (!OperatingSystem.IsWindows())
            MakeWritable(new DirectoryInfo(folder));
        Directory.Delete(folder, recursive: true);
    }

    private static void MakeWritable(DirectoryInfo folder)
    {
        if (!OperatingSystem.IsWindows())
            folder.UnixFileMode |= OwnerOnly;
        foreach (var inner in folder.EnumerateDirectories().Where(inner => inner.LinkTarget is null))
            MakeWritable(inner);
    }
}
