using System.Globalization;
using System.Runtime.Versioning;
using BackupPortal.Core.Repository;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Restore;

/// <summary>
/// Restores and undos with a fault at each of their points, one after another on one school. A process of its own, because some faults are the whole process's.
/// </summary>
[UnsupportedOSPlatform("windows")]
internal sealed class FaultSweep
{
    public const string Argument = "--restore-faults";

    private const int FlipsInEachObject = 12;

    private static readonly TimeSpan LockedFor = TimeSpan.FromMilliseconds(120);

    private readonly FaultSchool _school;
    private readonly SortedDictionary<string, int> _tried = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, int> _came = new(StringComparer.Ordinal);

    private FaultSweep(FaultSchool school) => _school = school;

    private string Repository => _school.World.Tenant.Home.Repository;

    public static async Task RunAsync()
    {
        FaultLimits.GiveUpPrivileges();
        await using var school = await FaultSchool.CreateAsync();
        var sweep = new FaultSweep(school);
        await sweep.TryAllAsync();
        var kinds = string.Join(", ", sweep._tried.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Key} {kind.Value}")));
        var came = string.Join(", ", sweep._came.Select(state => string.Create(CultureInfo.InvariantCulture, $"{state.Key} {state.Value}")));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{sweep._tried.Values.Sum()} points tried: {kinds}. Live afterwards: {came}."));
    }

    private async Task TryAllAsync()
    {
        await FailAsync("exclusive");
        using (var open = TestDatabase.Open(_school.World.Database))
        {
            TestDatabase.Scalar(open, "SELECT count(*) FROM state");
            await FailAsync("shared");
        }

        await FailUndoAsync();
        await DisturbAsync();
        await FillDiskAsync();
        await LosePermissionAsync();
        await FlipAsync();
    }

    private Task FailAsync(string kind) => ForEachPointAsync(
        kind, async at => await _school.RestoreAsync(at, () => throw new IOException($"made to fail at point {at}")));

    private Task FailUndoAsync() => ForEachPointAsync(
        "undo", async at => await _school.UndoAsync(at, () => throw new IOException($"made to fail at point {at}")));

    private async Task DisturbAsync()
    {
        await ForEachPointAsync("file replaced", async at => await TouchAsync(at, "changed.txt", path =>
        {
            File.WriteAllText(path + ".new", "written by somebody else");
            File.Move(path + ".new", path, overwrite: true);
        }));
        await ForEachPointAsync("file grown", async at => await TouchAsync(at, "added/new.txt", path => File.AppendAllText(path, " and grown")));
        await ForEachPointAsync("database locked", async at => await _school.RestoreAsync(at, LockForAMoment));
    }

    /// <summary>Whatever comes of the restore, what somebody else wrote at that moment is somewhere.</summary>
    private async Task<string> TouchAsync(int at, string name, Action<string> touch)
    {
        var path = Path.Combine(_school.World.Files, name);
        var (written, isThere) = ("", false);
        var before = await File.ReadAllBytesAsync(path);
        var time = Core.Restore.FileStamp.Find(path)!;
        var came = await _school.RestoreAsync(
            at,
            () =>
            {
                if (!Directory.Exists(Path.GetDirectoryName(path)))
                    return;
                touch(path);
                written = File.ReadAllText(path);
            },
            [name, "added"],
            look: Look);
        Look();
        Assert.True(written.Length == 0 || isThere, $"point {at}: what was written to {name} is gone");
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

    private void LockForAMoment()
    {
        using var locked = new ManualResetEventSlim();
        var thread = new Thread(() =>
        {
            try
            {
                using var other = TestDatabase.Open(_school.World.Database);
                TestDatabase.Execute(other, "BEGIN IMMEDIATE");
                locked.Set();
                Thread.Sleep(LockedFor);
                TestDatabase.Execute(other, "ROLLBACK");
            }
            catch (SqliteException)
            {
                // The restore holds it alone just now.
                locked.Set();
            }
        });
        thread.Start();
        locked.Wait();
    }

    private Task FillDiskAsync() => ForEachPointAsync("disk full", async at =>
    {
        // Every file is full at once, or at its next page, or after some.
        foreach (var limit in new ulong[] { 0, 8_192, 65_536 })
        {
            var came = await _school.RestoreBesideCatalogAsync(at, () => FaultLimits.LimitFileSize(limit), () => FaultLimits.LimitFileSize(null));
            Count("disk full", came);
        }

        return null;
    });

    private Task LosePermissionAsync() => ForEachPointAsync("permission lost", async at =>
    {
        var home = _school.World.Tenant.Home;
        foreach (var folder in new[] { home.Restores, home.Repository, home.DefaultFiles, home.Path })
        {
            var mode = File.GetUnixFileMode(folder);
            var came = await _school.RestoreBesideCatalogAsync(
                at, () => File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserExecute), () => File.SetUnixFileMode(folder, mode));
            Count("permission lost", came);
        }

        return null;
    });

    /// <summary>Packs, maps, manifests and records, each at places from its first to its last byte.</summary>
    private async Task FlipAsync()
    {
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
                Count("flipped byte", await _school.RestoreAsync(-1, null, heal: () => File.WriteAllBytesAsync(file, bytes)));
            }
        }
    }

    private async Task ForEachPointAsync(string kind, Func<int, Task<string?>> tryAsync)
    {
        for (var at = 0; at < _school.PointCount; at++)
        {
            _school.MembersWrite = at % 2 == 0;
            try
            {
                if (await tryAsync(at) is { } came)
                    Count(kind, came);
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{kind}, point {at} of {string.Join(' ', _school.Script.Points)}: {failure.Message}", failure);
            }
        }
    }

    private void Count(string kind, string came)
    {
        _tried[kind] = _tried.GetValueOrDefault(kind) + 1;
        _came[came] = _came.GetValueOrDefault(came) + 1;
    }
}
