using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;

namespace BackupPortal.Core.Restore;

/// <summary>
/// The full check of live data after users are in again: integrity of a consistent copy; as long as nobody has written, the same number of rows in each table as in
/// the snapshot, or the same rows, where they were written one by one; and the content of each file that was put live and that nobody has changed since.
/// </summary>
internal sealed class LiveCheck(TimeProvider time)
{
    private const int Named = 5;

    /// <returns>What is wrong; null when nothing is.</returns>
    public async Task<LiveProblem?> RunAsync(OperationContext context, DatabaseFacts expected, RestoreNote note, RestorePlan plan)
    {
        var scratch = Path.Combine(note.DatabasePlace, "check.db");
        File.Delete(scratch);
        try
        {
            await LiveDatabaseCopy.RunAsync(note.DatabasePath, scratch, time, context.Report, CancellationToken.None);
            var proof = await DatabaseProof.RunAsync(scratch, CancellationToken.None);
            if (proof.Problems.Count > 0)
                return new LiveProblem(string.Join("; ", proof.Problems), IsDamaged: true);
            if (LiveDatabaseState.Fingerprint(note.DatabasePath) == note.LiveAfterSwap && (FindMissingRows(scratch, expected) ?? FindOtherRows(scratch, note)) is { } other)
                return new LiveProblem(other, IsDamaged: false);
        }
        catch (PortalException unreadable) when (LiveDatabaseErrors.AreDamage(unreadable))
        {
            return new LiveProblem(unreadable.Message, IsDamaged: true);
        }
        finally
        {
            File.Delete(scratch);
        }

        return await CheckFilesAsync(context, note, plan);
    }

    private static string? FindMissingRows(string copy, DatabaseFacts expected)
    {
        var tables = LiveDatabaseCopy.ReadFacts(copy, CancellationToken.None).Tables;
        var different = expected.Tables.Where(table => tables.GetValueOrDefault(table.Key, -1) != table.Value).Select(table => table.Key).ToList();
        return different.Count == 0 ? null : $"other number of rows than in the backup: {string.Join(", ", different)}";
    }

    /// <summary>Where only the rows that differ were written, the result is compared with what a whole swap would have put live.</summary>
    private static string? FindOtherRows(string copy, RestoreNote note)
    {
        if (note.Swap is not { Mode: SwapMode.Rows } swap)
            return null;
        using var files = ComparedFiles.Open(swap.Incoming, copy, CancellationToken.None);
        var different = files.FindDifferentTables(note.DatabasePlace, CancellationToken.None);
        return different.Count == 0 ? null : $"other rows than in the backup: {string.Join(", ", different)}";
    }

    // The others were read before the swap.
    private static async Task<LiveProblem?> CheckFilesAsync(OperationContext context, RestoreNote note, RestorePlan plan)
    {
        var put = plan.Changes.Where(change => change.Kind == FileChangeKind.Put).Select(change => change.After!);
        var bytes = plan.BytesToStage;
        var others = await new FilesCheck(note.FilesPath, note.DatabasePath).FindOthersAsync(
            put, withUnreadable: true, done => context.Report(done, bytes), CancellationToken.None);
        return others.Count == 0 ? null : new LiveProblem(
            $"other content than in the backup: {string.Join(", ", others.Take(Named))}{(others.Count > Named ? $" and {others.Count - Named} more" : "")}", IsDamaged: false);
    }
}
