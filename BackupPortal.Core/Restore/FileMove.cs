using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Restore;

/// <summary>Gives a file, folder or link another name on its file system, whatever a link leads to.</summary>
internal static class FileMove
{
    /// <exception cref="IOException">There is something at <paramref name="to"/> already, or the system refuses.</exception>
    public static void Run(string from, string to)
    {
        if (!ExclusiveRename.TryRun(from, to))
            throw new IOException($"{from} cannot be moved: there is something at {to} already.");
    }
}
