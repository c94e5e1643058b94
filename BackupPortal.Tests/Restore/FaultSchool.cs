using System.Runtime.Versioning;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Restore;

/// <summary>
/// A school in state "now" whose restores to state "then" are disturbed. Its members write whenever they are let in, and each write that was acknowledged is in a ledger.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FaultSchool : IAsyncDisposable
{
    private const string Ballast = "CREATE TABLE ballast (page BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000) INSERT INTO ballast SELECT zeroblob(4000) FROM n;";

    private readonly HashSet<long> _writtenNow = [];
    private readonly HashSet<long> _writtenThen = [];
    private string _filesNow = "";
    private string _filesThen = "";
    private long _next;
    private bool _isLarge;

    /// <summary>What is disturbed goes from "then" to "now".</summary>
    private bool _isUndo;

    private FaultSchool(RestoreWorld world, SnapshotId then, FaultScript script) => (World, Then, Script) = (world, then, script);

    public RestoreWorld World { get; }

    public SnapshotId Then { get; }

    public FaultScript Script { get; }

    public bool MembersWrite { get; set; }

    /// <param name="isLarge">The rows that differ are few beside the size of the database, and nobody has just written to it.</param>
    public static async Task<FaultSchool> CreateAsync(bool isLarge)
    {
        var script = new FaultScript();
        var (world, then) = await RestoreWorld.CreateChangedAsync(
            configure: services => services.AddSingleton<IRestoreCheckpoint>(script), folder: TestFolder.InMemory(64 << 20), more: "CREATE TABLE ledger (n INTEGER PRIMARY KEY);" + (isLarge ? Ballast : ""));
        var school = new FaultSchool(world, then, script) { _isLarge = isLarge, _filesNow = world.ReadFiles() };
        script.AtEach = school.WriteAsMember;
        var restore = await world.RestoreAsync(then);
        school._filesThen = world.ReadFiles();
        await world.UndoAsync(restore);
        return school;
    }

    /// <summary>The points of a restore that nothing disturbs, as things are now.</summary>
    public async Task<IReadOnlyList<string>> PointsOfRestoreAsync()
    {
        MembersWrite = false;
        LetTimePass();
        Script.Begin();
        var restore = await World.RestoreAsync(Then);
        List<string> points = [.. Script.Points];
        await World.UndoAsync(restore);
        return points;
    }

    /// <summary>The same of an undo.</summary>
    public async Task<IReadOnlyList<string>> PointsOfUndoAsync()
    {
        MembersWrite = false;
        var restore = await World.RestoreAsync(Then);
        Script.Begin();
        await World.UndoAsync(restore);
        return [.. Script.Points];
    }

    /// <summary>Restores, with something happening at some points; then looks at what came of it, and goes back to "now".</summary>
    /// <param name="touched">Files that somebody else writes to.</param>
    /// <param name="heal">Called when the restore has ended.</param>
    /// <param name="look">Called when it is known what came of it, before anything is taken back.</param>
    /// <returns>What is live after it, in one word.</returns>
    public async Task<string> RestoreAsync(
        IReadOnlyList<(int At, Action Act)> acts, IReadOnlyCollection<string>? touched = null, Func<Task>? heal = null, Action? look = null)
    {
        var view = await RunAsync(OperationKind.Restore, RestoreArguments.ToJson(Then), acts, heal);
        var isThen = view.State == OperationState.Succeeded || view.Error?.Key == "CheckFailedStays";
        Check(isThen, $"{view.State} {view.Error}", touched ?? []);
        look?.Invoke();
        if (isThen)
            await BackAsync(() => World.UndoAsync(view), touched ?? []);
        return isThen ? "then" : "now";
    }

    /// <summary>The same for an undo that is disturbed; a clean restore comes before it.</summary>
    public Task<string> UndoAsync(
        IReadOnlyList<(int At, Action Act)> acts, IReadOnlyCollection<string>? touched = null, Action? look = null) => OfUndoAsync(touched ?? [], async restore =>
    {
        var view = await RunAsync(OperationKind.Undo, UndoArguments.ToJson(restore.Id), acts, heal: null);
        var isNow = view.State == OperationState.Succeeded || view.Error?.Key == "CheckFailedStays";
        Check(!isNow, $"{view.State} {view.Error}", touched ?? []);
        look?.Invoke();
        if (isNow && look is not null)
            await LookAtUndoneAsync(view, look);
        return isNow;
    });

    /// <summary>A restore outside of the catalog, which what is disturbed may not be able to write to.</summary>
    /// <param name="heal">Called when the restore has ended, however it did.</param>
    public async Task<string> RestoreBesideCatalogAsync(int at, Action act, Action heal)
    {
        var before = (await SafetyAsync()).ToHashSet();
        var isThen = await RunBesideCatalogAsync(OperationKind.Restore, RestoreArguments.ToJson(Then), (at, act), heal);
        if (isThen)
        {
            var safety = (await SafetyAsync()).Except(before).ToList();
            await BackAsync(() => World.RestoreAsync(safety.Max(id => id.Value) is { } newest ? SnapshotId.Parse(newest) : throw new InvalidOperationException("No safety snapshot.")), []);
        }

        return isThen ? "then" : "now";
    }

    /// <summary>The same for an undo; a clean restore comes before it.</summary>
    public Task<string> UndoBesideCatalogAsync(int at, Action act, Action heal) => OfUndoAsync(
        [], async restore => !await RunBesideCatalogAsync(OperationKind.Undo, UndoArguments.ToJson(restore.Id), (at, act), heal));

    /// <summary>That nothing but what members wrote has changed, whatever has been tried.</summary>
    public void AssertNow()
    {
        Assert.StartsWith("now 400\n", World.ReadLive(), StringComparison.Ordinal);
        Assert.Equal(_filesNow, World.ReadFiles());
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private async Task<OperationView> RunAsync(OperationKind kind, string arguments, IReadOnlyList<(int At, Action Act)> acts, Func<Task>? heal)
    {
        LetTimePass();
        Script.Begin(acts);
        var view = await World.RunAsync(kind, arguments);
        Script.End();
        AssertOver(view);
        if (heal is not null)
            await heal();
        await World.RecoverAsync();
        return (await World.Portal.Get<OperationHistory>().FindAsync(World.Tenant.Id, view.Id, CancellationToken.None))!;
    }

    /// <returns>True when "then" is live afterwards.</returns>
    private async Task<bool> RunBesideCatalogAsync(OperationKind kind, string arguments, (int At, Action Act) fault, Action heal)
    {
        LetTimePass();
        Script.Begin(fault);
        var told = "done";
        try
        {
            await using var scope = World.Portal.Services.CreateAsyncScope();
            var handler = scope.ServiceProvider.GetServices<IOperationHandler>().Single(one => one.Kind == kind);
            await handler.RunAsync(new OperationContext(OperationId.Create(), World.Tenant, arguments, "anna", new NoOperationSink()), CancellationToken.None);
        }
        catch (PortalException failure)
        {
            told = $"{failure.What.Key}: {failure.What}";
        }
        finally
        {
            heal();
            Script.End();
        }

        Assert.True(World.Portal.Get<MaintenanceGuard>().Find(World.Tenant.Slug) is null || told.StartsWith("NotOver", StringComparison.Ordinal), $"{told} but users are out");
        await World.RecoverAsync();
        var isThen = IsThen();
        var isReached = isThen != _isUndo;
        // What it said need not have been all; but it must have been true.
        Assert.True(told != "done" || isReached, told);
        Assert.True(!told.Contains("unchanged", StringComparison.OrdinalIgnoreCase) || !isReached, told);
        Check(isThen, told, []);
        return isThen;
    }

    /// <summary>What was undone is a snapshot: it is looked at by going there and back.</summary>
    private async Task LookAtUndoneAsync(OperationView undo, Action look)
    {
        MembersWrite = false;
        Script.Begin();
        var redo = await World.UndoAsync(undo);
        look();
        await World.UndoAsync(redo);
    }

    /// <param name="undoAsync">Undoes the restore that it is given, and says whether "now" is live afterwards.</param>
    private async Task<string> OfUndoAsync(IReadOnlyCollection<string> touched, Func<OperationView, Task<bool>> undoAsync)
    {
        var wrote = MembersWrite;
        MembersWrite = false;
        Script.Begin();
        var restore = await World.RestoreAsync(Then);
        (MembersWrite, _isUndo) = (wrote, true);
        var isNow = await undoAsync(restore);
        if (!isNow)
            await BackAsync(() => World.UndoAsync(restore), touched);
        _isUndo = false;
        _writtenThen.Clear();
        return isNow ? "now" : "then";
    }

    // Kept out by the same notice that keeps requests out. What is not acknowledged need not be there.
    private void WriteAsMember()
    {
        if (!MembersWrite || World.Portal.Get<MaintenanceGuard>().Find(World.Tenant.Slug) is not null)
            return;
        try
        {
            var written = IsThen() ? _writtenThen : _writtenNow;
            TestDatabase.Execute(World.Database, $"INSERT INTO ledger VALUES ({++_next})");
            written.Add(_next);
            LetTimePass();
        }
        catch (SqliteException)
        {
            // Not acknowledged.
        }
    }

    private void LetTimePass()
    {
        if (_isLarge)
            World.LetTimePass();
    }

    private void AssertOver(OperationView view)
    {
        if (view.Error?.Key is "NotOver" or "SafetyNotStored")
            return;
        Assert.Null(World.Portal.Get<MaintenanceGuard>().Find(World.Tenant.Slug));
        Assert.True(view.State is OperationState.Succeeded or OperationState.Failed, $"{view.State} {view.Error}");
    }

    private bool IsThen() => TestDatabase.Scalar(World.Database, "SELECT count(*) FROM state WHERE value = 'then'") is 500L;

    private void Check(bool isThen, string told, IReadOnlyCollection<string> touched)
    {
        Assert.Null(World.Portal.Get<MaintenanceGuard>().Find(World.Tenant.Slug));
        Assert.DoesNotContain(Directory.GetDirectories(World.Tenant.Home.Restores), folder => !File.Exists(Path.Combine(folder, RestoreJournal.ClosedMark)));
        var live = World.ReadLive();
        Assert.True(live.StartsWith(isThen ? "then 500\n" : "now 400\n", StringComparison.Ordinal), $"{told} but: {live}");
        Assert.Equal(Without(isThen ? _filesThen : _filesNow, touched), Without(World.ReadFiles(), touched));
        AssertLedger(isThen ? _writtenThen : _writtenNow, told);
        Assert.True(isThen || _isUndo || _writtenThen.Count == 0, $"{told} but people had written to what was restored");
    }

    private void AssertLedger(HashSet<long> acknowledged, string told)
    {
        var there = ReadLedger();
        Assert.True(acknowledged.IsSubsetOf(there), $"{told}: lost {string.Join(", ", acknowledged.Except(there))}");
    }

    private HashSet<long> ReadLedger()
    {
        using var connection = TestDatabase.Open(World.Database);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT n FROM ledger";
        using var reader = command.ExecuteReader();
        HashSet<long> there = [];
        while (reader.Read())
            there.Add(reader.GetInt64(0));
        return there;
    }

    /// <summary>Goes back to "now", where everything must be that was acknowledged before.</summary>
    private async Task BackAsync(Func<Task> back, IReadOnlyCollection<string> touched)
    {
        var wrote = MembersWrite;
        MembersWrite = false;
        Script.Begin();
        await back();
        MembersWrite = wrote;
        _writtenThen.Clear();
        Assert.StartsWith("now 400\n", World.ReadLive(), StringComparison.Ordinal);
        Assert.Equal(Without(_filesNow, touched), Without(World.ReadFiles(), touched));
        AssertLedger(_writtenNow, "undone");
    }

    private async Task<IReadOnlyList<SnapshotId>> SafetyAsync()
    {
        var snapshots = await World.Portal.Get<Core.Catalog.SnapshotIndex>().ListAsync(World.Tenant, CancellationToken.None);
        return [.. snapshots.Where(one => one.Origin == SnapshotOrigin.Safety).Select(one => one.Id)];
    }

    private static string Without(string files, IReadOnlyCollection<string> touched) =>
        string.Join('\n', files.Split('\n').Where(line => !touched.Any(path => line.StartsWith(path, StringComparison.Ordinal))));
}
