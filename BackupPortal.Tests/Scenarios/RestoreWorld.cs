using BackupPortal.Core.Backup;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>A school with live data, on a real data root, whose backups, restores and recoveries run as the program runs them.</summary>
internal sealed class RestoreWorld : IAsyncDisposable
{
    private RestoreWorld(TestPortal portal, Tenant tenant)
    {
        Portal = portal;
        Tenant = tenant;
    }

    public TestPortal Portal { get; }

    public Tenant Tenant { get; }

    public string Database => Tenant.DatabasePath;

    public string Files => Tenant.FilesPath;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<RestoreWorld> CreateAsync(Action<IServiceCollection>? configure = null, TestFolder? folder = null)
    {
        var portal = await TestPortal.CreateAsync(configure, @in: folder);
        return new RestoreWorld(portal, await portal.AddTenantAsync());
    }

    /// <summary>A school in state "then", which is backed up, and then changed to state "now", in rows and in files.</summary>
    /// <param name="folder">Where everything is; becomes the world's own.</param>
    /// <param name="more">Further statements, before the backup.</param>
    /// <param name="change">What makes "then" into "now".</param>
    public static async Task<(RestoreWorld World, SnapshotId Then)> CreateChangedAsync(
        bool isWal = true, Action<IServiceCollection>? configure = null, TestFolder? folder = null, string more = "",
        string change = "UPDATE state SET value = 'now'; DELETE FROM state WHERE id > 400;")
    {
        var world = await CreateAsync(configure, folder);
        TestDatabase.Create(world.Database, $"""
            PRAGMA journal_mode = {(isWal ? "WAL" : "DELETE")};
            PRAGMA user_version = 7;
            CREATE TABLE state (id INTEGER PRIMARY KEY, value TEXT NOT NULL, filler BLOB);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 500)
            INSERT INTO state SELECT i, 'then', randomblob(300) FROM n;
            {more}
            """);
        world.Write("changed.txt", "then");
        world.Write("deleted/deep.txt", "then");
        world.Write("kept.txt", "always");
        File.CreateSymbolicLink(Path.Combine(world.Files, "link"), "changed.txt");
        var then = await world.BackupAsync();
        world.Execute(change);
        world.Write("changed.txt", "now, and longer");
        world.Write("added/new.txt", "now");
        Directory.Delete(Path.Combine(world.Files, "deleted"), recursive: true);
        File.Delete(Path.Combine(world.Files, "link"));
        world.Write("link/is/a-folder.txt", "now");
        return (world, then);
    }

    /// <summary>A school of which only some rows change, and whose last change was a while ago.</summary>
    public static async Task<(RestoreWorld World, SnapshotId Then)> CreateLittleChangedAsync(bool isWal = true, Action<IServiceCollection>? configure = null)
    {
        var (world, then) = await CreateChangedAsync(isWal, configure, change: "UPDATE state SET value = 'now' WHERE id <= 3; DELETE FROM state WHERE id > 495;");
        world.LetTimePass();
        return (world, then);
    }

    /// <summary>As if the last write to the database had been a while ago.</summary>
    public void LetTimePass()
    {
        foreach (var file in new[] { Database, Database + "-wal" }.Where(File.Exists))
            File.SetLastWriteTimeUtc(file, File.GetLastWriteTimeUtc(file).AddMinutes(-1));
    }

    public void Execute(string sql) => TestDatabase.Execute(Database, sql);

    public void Write(string path, string content)
    {
        var file = Path.Combine(Files, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, content);
    }

    public async Task<SnapshotId> BackupAsync() =>
        (await SucceedAsync(OperationKind.Backup, new BackupArguments(SnapshotOrigin.Manual, null).ToJson())).Outcome!.Snapshot!;

    public Task<OperationView> RestoreAsync(SnapshotId snapshot, bool liveIsDamaged = false) =>
        SucceedAsync(OperationKind.Restore, RestoreArguments.ToJson(snapshot, liveIsDamaged: liveIsDamaged));

    public Task<OperationView> UndoAsync(OperationView restore, bool liveIsDamaged = false) =>
        SucceedAsync(OperationKind.Undo, UndoArguments.ToJson(restore.Id, liveIsDamaged: liveIsDamaged));

    public Task<OperationView> RunAsync(OperationKind kind, string arguments, CancellationToken? cancellationToken = null) =>
        Portal.Get<OperationRunner>().RunNowAsync(Tenant, kind, arguments, "anna", null, cancellationToken ?? Token);

    public async Task<OperationView> SucceedAsync(OperationKind kind, string arguments)
    {
        var view = await RunAsync(kind, arguments);
        Assert.True(view.State == OperationState.Succeeded, $"{view.State}: {view.Error} {await LogOfAsync(view)}");
        return view;
    }

    public async Task<string> LogOfAsync(OperationView view) =>
        string.Join('\n', (await Portal.Get<OperationHistory>().ReadLogAsync(Tenant.Id, view.Id, Token)).Select(line => $"{line.Severity} {line.Text}"));

    /// <summary>What every start of the program does first.</summary>
    public async Task RecoverAsync()
    {
        await Portal.Get<RestoreRecovery>().RunAsync(Token);
        await Portal.Get<OperationRecovery>().RunAsync(Token);
        await Portal.Get<RetrievalRecovery>().RunAsync(Token);
    }

    /// <summary>Live data as one text: rows, files with content, links.</summary>
    public string ReadLive()
    {
        Assert.Equal("ok", TestDatabase.Scalar(Database, "PRAGMA integrity_check"));
        var rows = TestDatabase.Scalar(Database, "SELECT group_concat(value || ' ' || n, ', ') FROM (SELECT value, count(*) n FROM state GROUP BY value)");
        return $"{rows}\n{ReadFiles()}";
    }

    public string ReadFiles() => string.Join('\n', new DirectoryInfo(Files)
        .EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        .OrderBy(entry => entry.FullName, StringComparer.Ordinal)
        .Select(entry => $"{Path.GetRelativePath(Files, entry.FullName)} {Describe(entry)}"));

    /// <summary>That nothing of a restore is left: users are in, no journal is open, no staging lies about.</summary>
    public void AssertNothingIsLeft()
    {
        Assert.Null(Portal.Get<MaintenanceGuard>().Find(Tenant.Slug));
        Assert.False(Portal.Get<MaintenanceGuard>().HasAnnouncement(Tenant.Slug));
        Assert.Empty(Directory.Exists(Tenant.Home.Restores) ? Directory.GetFileSystemEntries(Tenant.Home.Restores) : []);
        var companions = Directory.GetFiles(Path.GetDirectoryName(Database)!, Path.GetFileName(Database) + "-journal");
        Assert.Empty(companions);
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();

    private static string Describe(FileSystemInfo entry) => entry switch
    {
        { LinkTarget: { } target } => $"-> {target}",
        FileInfo file => $"'{File.ReadAllText(file.FullName)}' {file.UnixFileMode} {file.LastWriteTimeUtc:O}",
        _ => $"{entry.UnixFileMode}",
    };
}
