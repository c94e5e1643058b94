using System.Globalization;
using System.Runtime.Versioning;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Restore;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Retrieval;

/// <summary>
/// Brings rows and files back with a fault at each point and each write, again and again on one school. A process of its own, because some faults are the whole process's.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class RetrievalFaultSweep
{
    public const string Argument = "--retrieval-faults";

    private const ulong LimitStep = 16_384;


    private readonly RestoreWorld world;
    private readonly SnapshotId then;
    private readonly FaultScript script;
    private readonly SortedDictionary<string, int> tried = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> came = new(StringComparer.Ordinal);
    private bool replaceChanged;

    private RetrievalFaultSweep(RestoreWorld world, SnapshotId then, FaultScript script) => (this.world, this.then, this.script) = (world, then, script);

    public static async Task RunAsync()
    {
        FaultLimits.GiveUpPrivileges();
        var script = new FaultScript();
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services.AddSingleton<IRestoreCheckpoint>(script), folder: TestFolder.InMemory(64 << 20));
        await using var _ = world;
        var sweep = new RetrievalFaultSweep(world, then, script);
        foreach (var replaceChanged in new[] { false, true })
        {
            sweep.replaceChanged = replaceChanged;
            await sweep.TryAllAsync();
        }

        var kinds = string.Join(", ", sweep.tried.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Value}")));
        var came = string.Join(", ", sweep.came.Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.Key} {state.Value}")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sweep.tried.Values.Sum()} points tried: {kinds}. Live afterwards: {came}."));
    }

    private async Task TryAllAsync()
    {
        script.Begin();
        await TryAsync("nothing", -1, static () => { }, static () => { });
        var points = script.Points.ToList();
        for (var at = 0; at < points.Count; at++)
        {
            await TryAsync("failure", at, () => throw new IOException("made to fail"), static () => { });
            await TryAsync("database locked", at, () => DatabaseLock.HoldForAMoment(world.Database), static () => { });
            await TryAsync("row changed", at, ChangeARow, static () => { });
            foreach (var limit in new ulong[] { 0, 8_192, 65_536 })
                await TryAsync("disk full at a point", at, () => FaultLimits.LimitFileSize(limit), static () => FaultLimits.LimitFileSize(null));
            var home = world.Tenant.Home;
            foreach (var folder in new[] { RetrievalNote.FolderOf(home), home.Scratch, home.Repository, home.DefaultFiles, home.Path })
            {
                var mode = File.GetUnixFileMode(folder);
                await TryAsync("permission lost", at, () => File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute), () => File.SetUnixFileMode(folder, mode));
            }
        }

        // At every write from the first one on, until the disk is large enough.
        var isBack = false;
        for (var limit = 0UL; !isBack; limit += LimitStep)
        {
            var bytes = limit;
            isBack = await TryAsync("disk full", -1, () => FaultLimits.LimitFileSize(bytes), static () => FaultLimits.LimitFileSize(null));
        }
    }

    /// <param name="at">The point's number; -1 for before the first.</param>
    /// <returns>True when everything had come back.</returns>
    private async Task<bool> TryAsync(string kind, int at, Action act, Action heal)
    {
        script.Begin((at, act));
        var (told, isToldBack) = ("done", true);
        var (rows, files) = (RowsNow(), world.ReadFiles());
        var id = OperationId.Create();
        if (at < 0)
            act();
        try
        {
            await using var scope = world.Portal.Services.CreateAsyncScope();
            var handler = scope.ServiceProvider.GetServices<IOperationHandler>().Single(static one => one.Kind == OperationKind.Retrieve);
            var wanted = new RetrievalArguments(then.Value, ["state"], ReplaceChanged: replaceChanged) { Files = ["changed.txt", "deleted"] };
            await handler.RunAsync(new OperationContext(id, world.Tenant, wanted.ToJson(), "anna", new NoOperationSink()), CancellationToken.None);
        }
        catch (PortalException failure)
        {
            (told, isToldBack) = ($"{failure.What} {failure.Hint}", false);
        }
        finally
        {
            heal();
            script.End();
        }

        await world.RecoverAsync();
        try
        {
            Check(isToldBack, rows, files);
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"{kind}, point {at} of {string.Join(' ', script.Points)}, replacing {replaceChanged}: told \"{told}\": {failure.Message}", failure);
        }

        tried[kind] = tried.GetValueOrDefault(kind) + 1;
        var state = isToldBack ? "back" : "as before";
        came[state] = came.GetValueOrDefault(state) + 1;
        if (isToldBack)
            GoBack();
        return isToldBack;
    }

    private void Check(bool isBack, string rowsBefore, string filesBefore)
    {
        Assert.Null(world.Portal.Get<MaintenanceGuard>().Find(world.Tenant.Slug));
        Assert.Empty(Directory.GetFileSystemEntries(RetrievalNote.FolderOf(world.Tenant.Home)));
        Assert.Equal("ok", TestDatabase.Scalar(world.Database, "PRAGMA integrity_check"));
        if (!isBack)
        {
            Assert.Equal(filesBefore, world.ReadFiles());
            Assert.Equal(rowsBefore, RowsNow());
            return;
        }

        Assert.Equal(500L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state"));
        Assert.Equal("then", File.ReadAllText(Path.Combine(world.Files, "deleted/deep.txt")));
        Assert.Equal(replaceChanged ? "then" : "now, and longer", File.ReadAllText(Path.Combine(world.Files, "changed.txt")));
    }

    // Changes made by others in between are theirs.
    private string RowsNow() => (string)TestDatabase.Scalar(world.Database, "SELECT count(*) || ' ' || sum(value = 'then') FROM state")!;

    /// <summary>As it was before, without a restore for each of hundreds of points.</summary>
    private void GoBack()
    {
        world.Execute("DELETE FROM state WHERE id > 400; UPDATE state SET value = 'now' WHERE value = 'then'");
        Directory.Delete(Path.Combine(world.Files, "deleted"), recursive: true);
        world.Write("changed.txt", "now, and longer");
    }

    private void ChangeARow()
    {
        try
        {
            world.Execute("PRAGMA busy_timeout = 20; UPDATE state SET value = 'now ' || hex(randomblob(4)) WHERE id = 7");
        }
        catch (SqliteException)
        {
            // The rows are being written just now.
        }
    }
}
