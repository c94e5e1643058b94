using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Sources;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Core.Restore;

/// <summary>Everything that is done before users are locked out: checks, staging beside live data, and the proof of what was staged.</summary>
internal sealed class RestorePreparation(SharedSwap shared, LiveDamage damage, IRestoreCheckpoint checkpoint)
{
    private const long MarginBytes = 16 << 20;
    private const int PagesPerRow = 2;

    /// <returns>The journal, staged. On failure nothing is left of it.</returns>
    public async Task<RestoreJournal> RunAsync(
        OperationContext context, OperationKind kind, SnapshotReader reader, RestoreArguments arguments, CancellationToken cancellationToken)
    {
        var journal = await BeginAsync(context, kind, reader.Record, arguments);
        try
        {
            var state = await CheckAsync(context, reader.Record, arguments, cancellationToken);
            var places = PlacesOf(journal.Note);
            var plan = await PlanAsync(context, reader, journal.Note, cancellationToken);
            CheckSpace(journal.Note, reader.Record, state, plan.BytesToStage);
            await UnpackAsync(context, reader, journal, plan, places, cancellationToken);
            await ProveAsync(context, journal.Note, state, cancellationToken);
            await journal.WritePlanAsync(plan);
            await journal.WriteAsync(journal.Note with { Step = RestoreStep.Staged });
            return journal;
        }
        catch
        {
            journal.Clear();
            throw;
        }
    }

    /// <summary>
    /// Looks again, right before users are locked out, at what may have changed since everything was staged, and does what would otherwise have to be done while
    /// they wait.
    /// </summary>
    public async Task LookAgainAsync(
        OperationContext context, SnapshotReader reader, RestoreJournal journal, bool allowNewerSchema, CancellationToken cancellationToken)
    {
        var note = journal.Note;
        if (PlaceOfDatabase(context.Tenant) is var place && place != note.DatabasePath)
            throw RestoreText.Refusal("LivePlaceChanged", "LivePlaceChangedHint", null, place);
        var state = Look(context.Tenant);
        RequireSchema(reader.Record, state, allowNewerSchema);
        RequireSpace(note.FilesPlace, MarginBytes);
        await RefreshPlanAsync(context, reader, journal, cancellationToken);
        StagedDatabase.TakeOwnerFrom(note.DatabasePath, StagedFile(note));
        if (state is { IsReadable: true, MayBeOpenElsewhere: true } && note.KeptEarlyAt != LiveDatabaseState.Fingerprint(note.DatabasePath))
            await KeepEarlyAsync(context, reader.Record, journal, cancellationToken);
    }

    /// <summary>
    /// Looks at the files again behind the fence and stages what has come to differ meanwhile, so that the folder ends up exactly as the snapshot has it.
    /// </summary>
    public static async Task RefreshPlanAsync(OperationContext context, SnapshotReader reader, RestoreJournal journal, CancellationToken cancellationToken)
    {
        var live = ScanLive(context.Tenant, journal.Note, cancellationToken);
        var earlier = journal.ReadPlan();
        var plan = RestorePlan.Make(live, Wanted(context, reader), earlier.Others, earlier);
        if (plan.IsSameAs(earlier))
            return;
        await FileStaging.StageAsync(reader, plan, PlacesOf(journal.Note), progress: null, cancellationToken);
        await journal.WritePlanAsync(plan);
    }

    public static string StagedFile(RestoreNote note) => Path.Combine(note.DatabasePlace, "incoming.db");

    public static string SafetyFile(RestoreNote note) => Path.Combine(note.DatabasePlace, "safety.db");

    public static FilePlaces PlacesOf(RestoreNote note) => new(note.FilesPath, note.FilesPlace);

    private async Task<RestoreJournal> BeginAsync(OperationContext context, OperationKind kind, SnapshotRecord record, RestoreArguments arguments)
    {
        var folder = RestoreJournal.FolderOf(context.Tenant.Home, context.Id.Value);
        Directory.CreateDirectory(folder);
        var database = PlaceOfDatabase(context.Tenant);
        var places = RestorePlaces.For(context.Tenant, database, folder);
        var note = new RestoreNote(
            context.Id.Value, kind, record.Id.Value, context.RequestedBy, database, context.Tenant.FilesPath,
            places.Database, places.Files)
        { From = arguments.From, AcceptsDamage = arguments.LiveIsDamaged };
        var journal = new RestoreJournal(folder, note, checkpoint);
        await journal.WriteAsync(note);
        Directory.CreateDirectory(places.Database);
        Directory.CreateDirectory(places.Files);
        return journal;
    }

    /// <summary>A link to the database stays: what it leads to is swapped.</summary>
    private static string PlaceOfDatabase(Tenant tenant) => FileStamp.Find(tenant.DatabasePath) is { Kind: FileEntryKind.Link }
        ? File.ResolveLinkTarget(tenant.DatabasePath, returnFinalTarget: true)!.FullName
        : tenant.DatabasePath;

    private async Task<LiveDatabaseState> CheckAsync(
        OperationContext context, SnapshotRecord record, RestoreArguments arguments, CancellationToken cancellationToken)
    {
        var state = Look(context.Tenant);
        if (await damage.FindAsync(context.Tenant, state, cancellationToken) is { } problem)
        {
            if (!arguments.LiveIsDamaged)
                throw RestoreText.Refusal("LiveDamaged", "LiveDamagedHint", null, problem);
            context.Log(RestoreText.Of("LiveUnreadable", problem), LogSeverity.Warning);
        }

        RequireSchema(record, state, arguments.AllowNewerSchema);
        return state;
    }

    /// <summary>What is live now, and whether somebody else really has it open.</summary>
    public static LiveDatabaseState Look(Tenant tenant)
    {
        var state = LiveDatabaseState.Look(tenant.DatabasePath);
        // What is beside a WAL database may only have been left there: look closer.
        return state is { IsWal: true, MayBeOpenElsewhere: true }
            ? state with { MayBeOpenElsewhere = !ExclusiveSwap.IsAlone(tenant.DatabasePath) }
            : state;
    }

    private static void RequireSchema(SnapshotRecord record, LiveDatabaseState state, bool allowNewer)
    {
        if (state.IsReadable && record.Database.UserVersion > state.UserVersion && !allowNewer)
            throw RestoreText.Refusal("NewerSchema", "NewerSchemaHint", null, $"{record.Database.UserVersion}", $"{state.UserVersion}");
    }

    // What is kept early takes the place of what was kept before, and the new pages go through the log.
    private async Task KeepEarlyAsync(OperationContext context, SnapshotRecord record, RestoreJournal journal, CancellationToken cancellationToken)
    {
        var kept = SafetyFile(journal.Note);
        var there = File.Exists(kept) ? new FileInfo(kept).Length : 0;
        RequireSpace(journal.Note.DatabasePlace, (2 * record.Database.SizeBytes) - there + MarginBytes);
        var at = await shared.KeepEarlyAsync(journal.Note.DatabasePath, kept, cancellationToken);
        journal.Rows = at is null ? null : await Task.Run(() => PlanRows(context, record, journal.Note, cancellationToken), cancellationToken);
        await journal.WriteAsync(journal.Note with { KeptEarlyAt = at });
    }

    private static RowPlan? PlanRows(OperationContext context, SnapshotRecord record, RestoreNote note, CancellationToken cancellationToken)
    {
        try
        {
            return RowPlanning.Make(StagedFile(note), SafetyFile(note), MostRows(record), cancellationToken);
        }
        catch (PortalException unreadable)
        {
            // All of it will be written then.
            context.Log(RestoreText.Of("RowsNotCompared", unreadable.Message), LogSeverity.Warning);
            return null;
        }
    }

    // Writing a row takes about as long as writing so many pages: measured in docs/decisions/0014.
    private static long MostRows(SnapshotRecord record) => record.Database.PageCount / PagesPerRow;

    /// <summary>Looks into files that seem to be the snapshot's, too: a photo that has rotted on the disk keeps its size and its time.</summary>
    private static async Task<RestorePlan> PlanAsync(OperationContext context, SnapshotReader reader, RestoreNote note, CancellationToken cancellationToken)
    {
        var (live, wanted) = (ScanLive(context.Tenant, note, cancellationToken), Wanted(context, reader));
        var there = live.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var same = wanted.Where(entry => there.TryGetValue(entry.Path, out var found) && RestorePlan.SameContent(found, entry)).ToList();
        var bytes = same.Sum(entry => entry.SizeBytes);
        // Of another tenant's snapshot no file is taken for this tenant's: the safety snapshot would look for its content in the wrong repository.
        if (note.From is not null)
            return RestorePlan.Make(live, wanted, [.. same.Select(entry => entry.Path)]);
        var others = await new FilesCheck(context.Tenant.FilesPath, context.Tenant.DatabasePath).FindOthersAsync(
            same, withUnreadable: false, done => context.Report(done, bytes), cancellationToken);
        if (others.Count > 0)
            context.Log(RestoreText.Of("FilesRotten", $"{others.Count}", others[0]), LogSeverity.Warning);
        return RestorePlan.Make(live, wanted, others.Count > 0 ? others : null);
    }

    private static List<FileEntry> ScanLive(Tenant tenant, RestoreNote note, CancellationToken cancellationToken) =>
        [.. FileTree.Scan(tenant.FilesPath, [tenant.DatabasePath, note.DatabasePlace, note.FilesPlace], notice: null, cancellationToken)];

    /// <summary>The snapshot's files, but for those whose place is that of the live database now.</summary>
    private static List<FileEntry> Wanted(OperationContext context, SnapshotReader reader)
    {
        var database = Path.GetRelativePath(context.Tenant.FilesPath, context.Tenant.DatabasePath).Replace(Path.DirectorySeparatorChar, '/');
        if (reader.Files.FirstOrDefault(entry => entry.Kind != FileEntryKind.Folder && database.StartsWith(entry.Path + "/", StringComparison.Ordinal)) is { } blocking)
            throw RestoreText.Refusal("LiveDatabaseInTheWay", "LiveDatabaseInTheWayHint", null, blocking.Path);
        return [.. reader.Files.Where(entry => entry.Path != database && entry.Path != database + "-wal" && entry.Path != database + "-shm" && entry.Path != database + "-journal")];
    }

    private static void CheckSpace(RestoreNote note, SnapshotRecord record, LiveDatabaseState state, long fileBytes)
    {
        // A shared swap also keeps a copy of what is live, and writes the new pages into the log before they are in the database.
        var databaseBytes = record.Database.SizeBytes * (state is { IsReadable: true, MayBeOpenElsewhere: true } ? 3 : 1);
        var sameDevice = FileStamp.Find(note.DatabasePlace)?.Device == FileStamp.Find(note.FilesPlace)?.Device;
        RequireSpace(note.DatabasePlace, databaseBytes + (sameDevice ? fileBytes : 0) + MarginBytes);
        if (!sameDevice)
            RequireSpace(note.FilesPlace, fileBytes + MarginBytes);
    }

    public static void RequireSpace(string folder, long bytes)
    {
        var free = new DriveInfo(folder).AvailableFreeSpace;
        if (free < bytes)
            throw RestoreText.Refusal("NoSpace", "NoSpaceHint", null, $"{bytes >> 20}", $"{free >> 20}", folder);
    }

    private static async Task UnpackAsync(
        OperationContext context, SnapshotReader reader, RestoreJournal journal, RestorePlan plan, FilePlaces places, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Unpack);
        var databaseBytes = reader.Record.Database.SizeBytes;
        var total = databaseBytes + plan.BytesToStage;
        var staged = StagedFile(journal.Note);
        await reader.WriteDatabaseAsync(staged, new ReportEach(done => context.Report(done, total)), cancellationToken);
        var foreign = await FileStaging.StageAsync(reader, plan, places, done => context.Report(databaseBytes + done, total), cancellationToken);
        context.Log(RestoreText.Of("Unpacked", $"{total >> 10}", $"{plan.Changes.Count}"));
        if (foreign > 0)
            context.Log(RestoreText.Of("OwnersNotSet", $"{foreign}"), LogSeverity.Warning);
        StagedDatabase.TakeOwnerFrom(journal.Note.DatabasePath, staged);
    }

    private static async Task ProveAsync(OperationContext context, RestoreNote note, LiveDatabaseState state, CancellationToken cancellationToken)
    {
        context.EnterPhase(OperationPhase.Verify);
        var staged = StagedFile(note);
        if (state.IsReadable)
            StagedDatabase.SetJournalMode(staged, state.IsWal);
        if (new FileInfo(staged).Length == 0)
            return;
        var proof = await DatabaseProof.RunAsync(staged, cancellationToken);
        if (proof.Problems.Count > 0)
            throw RestoreText.Refusal("SnapshotNotWhole", "SnapshotNotWholeHint", null, proof.Problems[0]);
        if (proof.NotChecked is { } why)
            context.Log(RestoreText.Of("IntegrityNotChecked", why), LogSeverity.Warning);
        if (proof.ForeignKeyViolations > 0)
            context.Log(RestoreText.Of("ForeignKeysViolated", $"{proof.ForeignKeyViolations}"), LogSeverity.Warning);
        context.Log(RestoreText.Of("Proven"));
    }
}
