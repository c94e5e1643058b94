using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Restore;

/// <summary>Reads live files that have the size and the time of a snapshot's files, and tells those whose content is another one all the same.</summary>
/// <param name="root">The live files folder.</param>
/// <param name="databasePath">The live database, which is never opened as a file.</param>
internal sealed class FilesCheck(string root, string databasePath)
{
    private readonly ExcludedFiles _excluded = new([databasePath]);

    /// <param name="expected">Entries of a snapshot; what is no file is passed over.</param>
    /// <param name="withUnreadable">True to count what cannot be read among them: nobody can tell what is in it.</param>
    /// <param name="progress">Bytes dealt with so far.</param>
    /// <returns>Paths, in the order of the entries. What is not there, has another size or time, or changes while it is read is not among them: somebody
    /// has changed it, and that is no damage.</returns>
    public async Task<IReadOnlyList<string>> FindOthersAsync(
        IEnumerable<FileEntry> expected, bool withUnreadable, Action<long>? progress, CancellationToken cancellationToken)
    {
        List<string> others = [];
        long done = 0;
        foreach (var entry in expected.Where(entry => entry.Kind == FileEntryKind.File))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (await IsOtherAsync(entry, cancellationToken) ?? withUnreadable)
                others.Add(entry.Path);
            progress?.Invoke(done += entry.SizeBytes);
        }

        return others;
    }

    /// <summary>Null when it cannot be read.</summary>
    private async Task<bool?> IsOtherAsync(FileEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            using var reading = FileReading.Open(Path.Combine(root, entry.Path), _excluded);
            if (reading.Status.SizeBytes != entry.SizeBytes || reading.Status.ModifiedUnixNanoseconds != entry.ModifiedUnixNanoseconds)
                return false;
            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(reading.Content, cancellationToken));
            return hash != entry.Sha256 && reading.IsUnchanged();
        }
        catch (FileNotFoundException)
        {
            return false;
        }
        catch (FileUnreadableException)
        {
            return null;
        }
    }
}
