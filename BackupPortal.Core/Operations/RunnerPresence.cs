using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Operations;

/// <summary>
/// Shows other processes that this one is alive: a locked file that carries its identifier. An operation that a process has put aside for itself is
/// given up when that process is gone.
/// </summary>
internal sealed class RunnerPresence(DataRoot root) : IDisposable
{
    private readonly Lock _gate = new();
    private FileLock? _held;

    /// <summary>Identifies this process in the catalog.</summary>
    public Guid Id { get; } = Guid.CreateVersion7();

    /// <summary>From now on, until the process ends, others see it.</summary>
    public void Show()
    {
        lock (_gate)
        {
            if (_held is not null)
                return;
            Directory.CreateDirectory(Folder);
            _held = FileLock.TryTake(FileOf(Id));
        }
    }

    /// <summary>Ask only about identifiers found in the catalog: those have been shown before.</summary>
    public bool IsAlive(Guid runner)
    {
        if (runner == Id)
            return true;
        var file = FileOf(runner);
        if (!File.Exists(file))
            return false;
        using var taken = FileLock.TryTake(file);
        if (taken is null)
            return true;
        File.Delete(file);
        return false;
    }

    /// <summary>Whether another process shows that it works on this data root: a portal, or a command that runs an operation.</summary>
    public bool IsAnyoneElseAlive() => Directory.Exists(Folder) && Directory.EnumerateFiles(Folder)
        .Any(file => Guid.TryParseExact(Path.GetFileName(file), "N", out var runner) && runner != Id && IsAlive(runner));

    public void Dispose()
    {
        lock (_gate)
        {
            if (_held is null)
                return;
            File.Delete(FileOf(Id));
            _held.Dispose();
            _held = null;
        }
    }

    private string Folder => Path.Combine(root.Path, "runners");

    private string FileOf(Guid runner) => Path.Combine(Folder, runner.ToString("N"));
}
