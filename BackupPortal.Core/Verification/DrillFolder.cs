using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Verification;

/// <summary>A folder of one drill's own in the tenant's scratch place, deleted with all that is in it. Drills may run beside each other.</summary>
internal sealed class DrillFolder : IDisposable
{
    private const string Prefix = "drill-";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string path;
    private readonly FileLock inUse;

    private DrillFolder(string path, FileLock inUse)
    {
        this.path = path;
        this.inUse = inUse;
    }

    /// <summary>Where the snapshot is to be restored; not there yet.</summary>
    public string Target => Path.Combine(path, "restored");

    /// <summary>Clears what interrupted drills left, too.</summary>
    public static DrillFolder Create(Tenant tenant)
    {
        var scratch = Directory.CreateDirectory(tenant.Home.Scratch);
        foreach (var other in scratch.EnumerateDirectories(Prefix + "*"))
        {
            // Locked for as long as its drill lives, in whatever process. A folder without a lock is about to get one.
            if (!File.Exists(LockOf(other.FullName)) || FileLock.TryTake(LockOf(other.FullName)) is not { } left)
                continue;
            using (left)
                Delete(other.FullName);
        }
        var path = Path.Combine(scratch.FullName, Prefix + Guid.NewGuid().ToString("N"));
        // It will hold a readable copy of a school's data.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, OwnerOnly);
        return new DrillFolder(path, FileLock.TryTake(LockOf(path))!);
    }

    public void Dispose()
    {
        // Deleted while it is locked, so that nobody else begins to.
        if (!OperatingSystem.IsWindows())
            Delete(path);
        inUse.Dispose();
        if (OperatingSystem.IsWindows())
            Delete(path);
    }

    private static string LockOf(string folder) => Path.Combine(folder, "lock");

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
