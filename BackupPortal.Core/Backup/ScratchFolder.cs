using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Backup;

/// <summary>A folder of one snapshot's own in the tenant's scratch place, deleted with all that is in it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    private const string Prefix = "snapshot-";

    private ScratchFolder(string path) => Path = path;

    public string Path { get; }

    /// <summary>Clears what an interrupted snapshot left. The caller holds the tenant's lease, so nobody uses it.</summary>
    public static ScratchFolder Create(Tenant tenant)
    {
        var scratch = Directory.CreateDirectory(tenant.Home.Scratch);
        foreach (var stale in scratch.EnumerateDirectories(Prefix + "*"))
            stale.Delete(recursive: true);
        var path = System.IO.Path.Combine(scratch.FullName, Prefix + Guid.NewGuid().ToString("N"));
        // It will hold a readable copy of a school's data.
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return new ScratchFolder(path);
    }

    public void Dispose()
    {
        if (Directory.Exists(Path))
            Directory.Delete(Path, recursive: true);
    }
}
