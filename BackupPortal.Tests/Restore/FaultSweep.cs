using System.Globalization;
using System.Runtime.Versioning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Restore;

/// <summary>
/// Restores and undos with a fault at each of their points, one after another. A process of its own, because some faults are the whole process's.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FaultSweep : IAsyncDisposable
{
    public const string Argument = "--restore-faults";

    /// <summary>Somebody else has the database open.</summary>
    public const string Shared = "shared";

    /// <summary>Somebody else has the database open, and little of it differs.</summary>
    public const string Rows = "rows";

    /// <summary>Nobody has.</summary>
    public const string Exclusive = "exclusive";

    private const int FlipsInEachObject = 12;

    // A repository with hundreds of safety snapshots only makes each restore slower.
    private const int TriesOnOneSchool = 60;


    private static readonly Func<TenantHome, string>[] s_folders = [home => home.Restores, home => home.Repository, home => home.DefaultFiles, home => home.Path];
    private static readonly ulong[] s_limits = [0, 8_192, 65_536];

    private readonly SortedDictionary<string, int> _tried = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _came = new(StringComparer.Ordinal);
    private readonly string _how;
    private FaultSchool _school;
    private SqliteConnection? _open;
    private int _triedHere;

    private FaultSweep(FaultSchool school, string how)
    {
        (_school, _how) = (school, how);
        OpenIfShared();
    }

    private string Repository => _school.World.Tenant.Home.Repository;

    /// <param name="how"><see cref="Exclusive"/>, <see cref="Shared"/> or <see cref="Rows"/>.</param>
    public static async Task RunAsync(string how)
    {
        FaultLimits.GiveUpPrivileges();
        await using var sweep = new FaultSweep(await FaultSchool.CreateAsync(isLarge: how == Rows), how);
        await sweep.TryAllAsync();
        var kinds = string.Join(", ", sweep._tried.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Value}")));
        var came = string.Join(", ", sweep._came.Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.Key} {state.Value}")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sweep._tried.Values.Sum()} points tried, {how}: {kinds}. Live afterwards: {came}."));
    }

    public async ValueTask DisposeAsync()
    {
        _open?.Dispose();
        await _school.DisposeAsync();
    }

    private async Task TryAllAsync()
    {
        await TryRestoresAsync();
        await FailReturnAsync();
        // Each shared swap first waits for whoever has the database open, and the rest is the same then.
        if (_how != Exclusive)
            return;
        await TryUndosAsync();
        await DisturbAsync();
    }

    private async Task TryRestoresAsync()
    {
        var points = await _school.PointsOfRestoreAsync();
        if (points.Contains("RowsCommitted") != (_how == Rows))
            throw new InvalidOperationException($"{_how}, but: {string.Join(' ', points)}");
        await ForEachPointAsync("restore fails", points, at => _school.RestoreAsync([(at, () => Fail(at))]));
        foreach (var limit in s_limits)
            await ForEachPointAsync("disk full", points, at => _school.RestoreBesideCatalogAsync(at, () => FaultLimits.LimitFileSize(limit), () => FaultLimits.LimitFileSize(null)));
        // A damaged snapshot is found out before it matters how it would get live.
        if (_how != Rows)
            await FlipAsync();
    }

    private async Task DisturbAsync()
    {
        var points = await _school.PointsOfRestoreAsync();
        await ForEachPointAsync("file replaced", points, at => TouchAsync("changed.txt", Replace, (act, touched, look) => _school.RestoreAsync([(at, act)], touched, look: look)));
        await ForEachPointAsync("file grown", points, at => TouchAsync("added/new.txt", Grow, (act, touched, look) => _school.RestoreAsync([(at, act)], touched, look: look)));
        await ForEachPointAsync("database locked", points, at => _school.RestoreAsync([(at, () => DatabaseLock.HoldForAMoment(_school.World.Database))]));
        foreach (var folder in s_folders)
            await ForEachPointAsync("permission lost", points, at => LosePermissionAsync(folder, (lose, give) => _school.RestoreBesideCatalogAsync(at, lose, give)));
    }

    private async Task TryUndosAsync()
    {
        var points = await _school.PointsOfUndoAsync();
        await ForEachPointAsync("undo fails", points, at => _school.UndoAsync([(at, () => Fail(at))]));
        await ForEachPointAsync("file replaced, undo", points, at => TouchAsync("changed.txt", Replace, (act, touched, look) => _school.UndoAsync([(at, act)], touched, look)));
        await ForEachPointAsync("file grown, undo", points, at => TouchAsync("changed.txt", Grow, (act, touched, look) => _school.UndoAsync([(at, act)], touched, look)));
        await ForEachPointAsync("database locked, undo", points, at => _school.UndoAsync([(at, () => DatabaseLock.HoldForAMoment(_school.World.Database))]));
        foreach (var limit in s_limits)
            await ForEachPointAsync("disk full, undo", points, at => _school.UndoBesideCatalogAsync(at, () => FaultLimits.LimitFileSize(limit), () => FaultLimits.LimitFileSize(null)));
        foreach (var folder in s_folders)
            await ForEachPointAsync("permission lost, undo", points, at => LosePermissionAsync(folder, (lose, give) => _school.UndoBesideCatalogAsync(at, lose, give)));
    }

    /// <summary>The full check after the release finds a file that has rotted, and the way back, which begins by itself, fails.</summary>
    private async Task FailReturnAsync()
    {
        var rots = (await _school.PointsOfRestoreAsync()).ToList().LastIndexOf("SafetyStored");
        void Rot() => DiskFault.Rot(Path.Combine(_school.World.Files, "changed.txt"));
        await _school.RestoreAsync([(rots, Rot)]);
        List<string> points = [.. _school.Script.Points];
        await ForEachPointAsync(
            "return fails", points, at => _school.RestoreAsync([(rots, Rot), (at, () => Fail(at))], ["changed.txt"]), writes: false, from: rots + 1);
    }

    private static void Fail(int at) => throw new IOException($"made to fail at point {at}");

    private static void Replace(string path)
    {
        File.WriteAllText(path + ".new", "written by somebody else");
        File.Move(path + ".new", path, overwrite: true);
    }

    private static void Grow(string path) => File.AppendAllText(path, " and grown");

    /// <summary>Whatever comes of the restore, what somebody else wrote at that moment is somewhere.</summary>
    private async Task<string> TouchAsync(string name, Action<string> touch, Func<Action, string[], Action, Task<string>> tryAsync)
    {
        var path = Path.Combine(_school.World.Files, name);
        var (written, isThere) = ("", false);
        var before = await File.ReadAllBytesAsync(path);
        var time = Core.Restore.FileStamp.Find(path)!;
        var came = await tryAsync(
            () =>
            {
                if (!Directory.Exists(Path.GetDirectoryName(path)))
                    return;
                touch(path);
                written = File.ReadAllText(path);
            },
            [name, "added"],
            Look);
        Look();
        Assert.True(written.Length == 0 || isThere, $"what was written to {name} is gone");
        if (File.Exists(path) || Directory.Exists(Path.GetDirectoryName(path)))
        {
            await File.WriteAllBytesAsync(path, before);
            DiskFault.SetTime(path, time);
        }

        return came;

        void Look() => isThere |= AllFiles().Any(file => File.ReadAllText(file) == written);
    }

    private IEnumerable<string> AllFiles() =>
        new[] { _school.World.Files, _school.World.Tenant.Home.Restores }.SelectMany(folder => Directory.GetFiles(folder, "*.txt*", SearchOption.AllDirectories));

    private async Task<string> LosePermissionAsync(Func<TenantHome, string> folderOf, Func<Action, Action, Task<string>> tryAsync)
    {
        var folder = folderOf(_school.World.Tenant.Home);
        var mode = File.GetUnixFileMode(folder);
        return await tryAsync(() => File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute), () => File.SetUnixFileMode(folder, mode));
    }

    /// <summary>Packs, maps, manifests and records, each at places from its first to its last byte.</summary>
    private async Task FlipAsync()
    {
        await RenewAsync();
        _school.MembersWrite = false;
        var record = await _school.World.Portal.Get<TenantRepositories>().Of(_school.World.Tenant).ReadRecordAsync(_school.Then, CancellationToken.None);
        string[] needed = [.. record.Packs, record.Database.MapHash, record.Files.ManifestHash, record.Id.Value];
        foreach (var file in Directory.GetFiles(Repository, "*", SearchOption.AllDirectories)
            .Where(file => needed.Any(name => Path.GetFileName(file).Contains(name, StringComparison.Ordinal))).Order(StringComparer.Ordinal).ToList())
        {
            var bytes = await File.ReadAllBytesAsync(file);
            var mode = File.GetUnixFileMode(file);
            File.SetUnixFileMode(file, mode | UnixFileMode.UserWrite);
            for (var i = 0; i < FlipsInEachObject && bytes.Length > 0; i++)
            {
                var at = (int)((long)i * (bytes.Length - 1) / (FlipsInEachObject - 1));
                var flipped = (byte[])bytes.Clone();
                flipped[at] ^= 1;
                await File.WriteAllBytesAsync(file, flipped);
                Count("byte flipped", await _school.RestoreAsync([], heal: () => File.WriteAllBytesAsync(file, bytes)));
            }
        }
    }

    private async Task ForEachPointAsync(string kind, IReadOnlyList<string> points, Func<int, Task<string>> tryAsync, bool writes = true, int from = 0)
    {
        if (_triedHere > TriesOnOneSchool)
            await RenewAsync();
        for (var at = from; at < points.Count; at++)
        {
            _school.MembersWrite = writes && at % 2 == 0;
            try
            {
                Count(kind, await tryAsync(at));
                _school.AssertNow();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{kind}, point {at} of {string.Join(' ', _school.Script.Points)}: {failure.Message}", failure);
            }
        }
    }

    private async Task RenewAsync()
    {
        await DisposeAsync();
        (_school, _triedHere) = (await FaultSchool.CreateAsync(isLarge: _how == Rows), 0);
        OpenIfShared();
    }

    private void OpenIfShared()
    {
        if (_how == Exclusive)
            return;
        _open = TestDatabase.Open(_school.World.Database);
        TestDatabase.Scalar(_open, "SELECT count(*) FROM state");
    }

    private void Count(string kind, string came)
    {
        _triedHere++;
        _tried[kind] = _tried.GetValueOrDefault(kind) + 1;
        _came[came] = _came.GetValueOrDefault(came) + 1;
    }
}
