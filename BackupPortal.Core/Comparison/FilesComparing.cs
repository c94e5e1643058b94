using System.Security.Cryptography;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Storage;

namespace BackupPortal.Core.Comparison;

/// <summary>Finds the files and links that differ. Folders, owners and times alone are no difference: they hold nothing.</summary>
internal static class FilesComparing
{
    private const int BufferBytes = 128 * 1024;

    /// <param name="snapshot">Ordered by path (ordinal).</param>
    /// <param name="other">Ordered by path (ordinal).</param>
    /// <param name="timesTell">Whether files of one size and time are the same: not where a snapshot was made of a file from outside, whose times are anybody's.</param>
    /// <param name="hash">Of a file of the other state whose manifest does not say it; null when it cannot be read.</param>
    public static void Run(
        IEnumerable<FileEntry> snapshot, IEnumerable<FileEntry> other, bool timesTell, Func<FileEntry, ContentHash?> hash, DifferenceStore store, CancellationToken cancellationToken)
    {
        using var one = snapshot.Where(HasContent).GetEnumerator();
        using var two = other.Where(HasContent).GetEnumerator();
        var (hasOne, hasTwo) = (one.MoveNext(), two.MoveNext());
        while (hasOne || hasTwo)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var order = !hasOne ? 1 : !hasTwo ? -1 : string.CompareOrdinal(one.Current.Path, two.Current.Path);
            if (order < 0)
                store.AddFile(DifferenceKind.ComeBack, one.Current.Path);
            else if (order > 0)
                store.AddFile(DifferenceKind.Disappear, two.Current.Path);
            else if (!AreSame(one.Current, two.Current, timesTell, hash))
                store.AddFile(DifferenceKind.Revert, one.Current.Path);
            if (order <= 0)
                hasOne = one.MoveNext();
            if (order >= 0)
                hasTwo = two.MoveNext();
        }
    }

    /// <summary>Reads a live file; null when that cannot be done.</summary>
    public static ContentHash? HashLive(string root, FileEntry entry, ExcludedFiles excluded, CancellationToken cancellationToken)
    {
        try
        {
            using var reading = FileReading.Open($"{root.TrimEnd('/')}/{entry.Path}", excluded);
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            using var buffer = new PooledBytes(BufferBytes);
            while (reading.Content.Read(buffer.Span) is > 0 and var read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                hash.AppendData(buffer.Span[..read]);
            }
            return ContentHash.Of(hash.GetHashAndReset());
        }
        catch (Exception e) when (e is FileNotFoundException or FileUnreadableException)
        {
            return null;
        }
    }

    private static bool HasContent(FileEntry entry) => entry.Kind != FileEntryKind.Folder;

    private static bool AreSame(FileEntry one, FileEntry two, bool timesTell, Func<FileEntry, ContentHash?> hash)
    {
        if (one.Kind != two.Kind || one.SizeBytes != two.SizeBytes || one.LinkTarget != two.LinkTarget)
            return false;
        if (one.Kind == FileEntryKind.Link)
            return true;
        // What time and size say is what a backup goes by as well.
        return two.Hash is { } known ? one.Hash == known : (timesTell && one.ModifiedUnixNanoseconds == two.ModifiedUnixNanoseconds) || one.Hash == hash(two);
    }
}
