using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Restore;

/// <summary>
/// The full check of live data after users are in again: integrity of a consistent copy, and, as long as nobody has written, the same number of rows in each table
/// as in the snapshot.
/// </summary>
internal sealed class LiveCheck(TimeProvider time)
{
    /// <param name="scratch">Where the copy may be for a moment.</param>
    /// <param name="untouched">The live database right after the swap; see <see cref="LiveDatabaseState.Fingerprint"/>.</param>
    /// <returns>What is wrong, for the log; null when nothing is.</returns>
    public async Task<string?> RunAsync(string livePath, string scratch, string? untouched, DatabaseFacts expected, Action<long, long> progress)
    {
        File.Delete(scratch);
        try
        {
            await LiveDatabaseCopy.RunAsync(livePath, scratch, time, progress, CancellationToken.None);
            var proof = await DatabaseProof.RunAsync(scratch, CancellationToken.None);
            if (proof.Problems.Count > 0)
                return string.Join("; ", proof.Problems);
            return LiveDatabaseState.Fingerprint(livePath) == untouched ? FindMissingRows(scratch, expected) : null;
        }
        catch (PortalException unreadable) when (!unreadable.CanRetry)
        {
            return unreadable.Message;
        }
        finally
        {
            File.Delete(scratch);
        }
    }

    private static string? FindMissingRows(string copy, DatabaseFacts expected)
    {
        var tables = LiveDatabaseCopy.ReadFacts(copy, CancellationToken.None).Tables;
        var different = expected.Tables.Where(table => tables.GetValueOrDefault(table.Key, -1) != table.Value).Select(table => table.Key).ToList();
        return different.Count == 0 ? null : $"other number of rows than in the backup: {string.Join(", ", different)}";
    }
}
