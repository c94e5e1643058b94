using System.Collections.Concurrent;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Snapshots;

namespace BackupPortal.Core.Repository;

/// <summary>Decodes all of a snapshot the way a restore does, and gathers what is wrong instead of stopping at the first failure.</summary>
internal sealed class SnapshotProof(SnapshotReader reader, DatabaseDecoding database)
{
    private const int MostProblems = 100;

    private readonly ConcurrentDictionary<string, bool> problems = [];
    private long done;

    public async Task<IReadOnlyList<string>> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        await ProveDatabaseAsync(progress, cancellationToken);
        // In the order in which contents are stored, so that a frame that many files share is decoded once.
        var files = reader.Files
            .Where(file => file.Kind == FileEntryKind.File)
            .OrderBy(file => file.Pieces.Count == 0 ? ("", 0, 0) : (file.Pieces[0].Pack, file.Pieces[0].Frame, file.Pieces[0].Offset));
        var options = new ParallelOptions { TaskScheduler = LowPriorityThreads.Shared, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(files, options, async (file, token) =>
        {
            await ProveFileAsync(file, token);
            progress?.Report(Interlocked.Add(ref done, file.SizeBytes));
        });
        // What a restore does not need but a later one may: only worth telling when nothing worse was found.
        if (problems.IsEmpty)
        {
            foreach (var problem in await reader.CheckPresenceAsync(cancellationToken))
                problems.TryAdd(problem, true);
        }
        var found = problems.Keys.Order(StringComparer.Ordinal).ToList();
        return found.Count <= MostProblems ? found : [.. found.Take(MostProblems), $"… and {found.Count - MostProblems} more."];
    }

    private async Task ProveDatabaseAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var (root, found) = await database.TryAllAsync(bytes => progress?.Report(Interlocked.Add(ref done, bytes)), cancellationToken);
        foreach (var problem in found)
            problems.TryAdd(problem.ToString(), true);
        if (root is not null && root != reader.Record.Database.RootHash)
            problems.TryAdd(RepositoryFault.DamagedDatabase(reader.Record.Id.Value, "its pages do not fit its root hash").Message, true);
        done = reader.Record.Database.SizeBytes;
    }

    private async Task ProveFileAsync(FileEntry file, CancellationToken cancellationToken)
    {
        try
        {
            await reader.WriteContentAsync(file, Stream.Null, cancellationToken);
        }
        catch (PortalException e)
        {
            problems.TryAdd($"{file.Path}: {e.What}", true);
        }
    }
}
