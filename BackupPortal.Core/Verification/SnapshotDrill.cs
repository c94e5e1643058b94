using System.Globalization;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Verification;

/// <summary>Restores a snapshot to a scratch place, through the code that restores to a folder, and looks at what came out of it.</summary>
internal sealed class SnapshotDrill(Tenant tenant, SnapshotReader reader)
{
    private const string Area = "Verification";

    private readonly List<Message> problems = [];
    private readonly List<Message> notices = [];

    private SnapshotRecord Record => reader.Record;

    /// <exception cref="PortalException">The drill could not be carried out: no space, or the scratch place cannot be written.</exception>
    public async Task<VerifiedSnapshot> RunAsync(IProgress<long>? progress, CancellationToken cancellationToken)
    {
        using var folder = OwnedFolder.Create(tenant, "drill-");
        var target = Path.Combine(folder.Path, "restored");
        try
        {
            await RestoreToFolder.WriteAsync(reader, target, (done, _) => progress?.Report(done), cancellationToken);
        }
        catch (RepositoryException first)
        {
            // A restore ends at the first failure; a person wants to know all that is hit.
            var all = await reader.VerifyAsync(null, cancellationToken);
            return new VerifiedSnapshot(Record.Id, all.Count > 0 ? all : [first.What.ToString()], []);
        }
        await CheckDatabaseAsync(Path.Combine(target, "app.db"), cancellationToken);
        progress?.Report(Record.SizeBytes + Record.Database.SizeBytes);
        problems.AddRange(await new RestoredFiles(Path.Combine(target, "files"), reader.Files).FindProblemsAsync(
            done => progress?.Report(Record.SizeBytes + Record.Database.SizeBytes + done), cancellationToken));
        return new VerifiedSnapshot(Record.Id, [.. problems.Select(one => one.ToString())], [.. notices.Select(one => one.ToString())]);
    }

    private async Task CheckDatabaseAsync(string file, CancellationToken cancellationToken)
    {
        if (new FileInfo(file).Length != Record.Database.SizeBytes)
            problems.Add(Problem("DrillSize", Number(new FileInfo(file).Length), Number(Record.Database.SizeBytes)));
        if (Record.Database.SizeBytes == 0)
            return;
        var proof = await DatabaseProof.RunAsync(file, cancellationToken);
        problems.AddRange(proof.Problems.Select(problem => Problem("DrillIntegrity", problem)));
        if (proof.NotChecked is { } why)
            notices.Add(Problem("DrillIntegrityNotChecked", why));
        // They were there when the backup was made: its pages fit the root hash.
        if (proof.ForeignKeyViolations > 0)
            notices.Add(Problem("DrillForeignKeys", Number(proof.ForeignKeyViolations)));
        if (proof.Problems.Count == 0)
            CompareWithRecord(ContentFactsReader.Read(file, cancellationToken));
    }

    private void CompareWithRecord(DatabaseContentFacts facts)
    {
        if (facts.UserVersion != Record.Database.UserVersion)
            problems.Add(Problem("DrillUserVersion", Number(facts.UserVersion), Number(Record.Database.UserVersion)));
        foreach (var table in Record.Database.Tables.Keys.Union(facts.Tables.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (!facts.Tables.TryGetValue(table, out var rows))
                problems.Add(Problem("DrillTableGone", table));
            else if (!Record.Database.Tables.TryGetValue(table, out var recorded))
                problems.Add(Problem("DrillTableNew", table));
            else if (rows != recorded)
                problems.Add(Problem("DrillRows", table, Number(rows), Number(recorded)));
        }
    }

    private static Message Problem(string key, params string[] arguments) => new(Area, key, arguments);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
