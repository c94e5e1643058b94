using System.Text;
using BackupPortal.Core.Pruning;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Repository;

/// <summary>docs/restore.py was written from docs/repository-format.md alone; both must stay true.</summary>
public sealed class RestoreScriptTests : IDisposable
{
    // All that a restore reads.
    private static readonly string[] Folders = ["manifests", "maps", "packs", "snapshots"];

    private readonly TestFolder folder = new();
    private readonly string database;

    public RestoreScriptTests() => database = folder["app.db"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Restore_SnapshotOfBothCodecs_GivesTheSameBytes()
    {
        SampleDatabase.Create(database, 20_000);
        var files = new Dictionary<string, byte[]>
        {
            ["Zeugnisse/Größe 😀.txt"] = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("Zeugnis ", 900))),
            ["Zeugnisse/leer"] = [],
            ["film.mov"] = Noise(2_500_000),
        };
        await new RepositoryRig(folder, useZstd: false).BackupAsync(database, files, Cancel);
        TestDatabase.Execute(database, "UPDATE grades SET points = 1 WHERE id % 400 = 0; CREATE TABLE blank(x); INSERT INTO blank VALUES(zeroblob(100000))");
        files["neu.txt"] = [1, 2, 3];
        var second = await new RepositoryRig(folder).BackupAsync(database, files, Cancel);

        await RunAsync(second.Id.Value, "out");

        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await File.ReadAllBytesAsync(folder["out/app.db"], Cancel));
        Assert.Equal("ok", TestDatabase.Scalar(folder["out/app.db"], "PRAGMA integrity_check"));
        Assert.Equal(files.Count, Directory.EnumerateFiles(folder["out/files"], "*", SearchOption.AllDirectories).Count());
        foreach (var (path, bytes) in files)
            SameBytes.Check(bytes, await File.ReadAllBytesAsync(folder[$"out/files/{path}"], Cancel));
    }

    [Fact]
    public async Task Restore_DeltaFrame_GivesTheSameBytes()
    {
        var before = await RawDatabase.WriteAsync(database, pageCount: 200, Cancel);
        var after = before.ToArray();
        for (var page = 3; page < 200; page += 10)
            after[(page * 4096) + 17] ^= 1;
        var rig = new RepositoryRig(folder);
        var first = await rig.BackupAsync(database, null, Cancel);
        await DeltaSample.AddAsync(rig, first, before, after, FrameCodec.ZstdDelta, Cancel);

        await RunAsync("latest", "out");

        SameBytes.Check(after, await File.ReadAllBytesAsync(folder["out/app.db"], Cancel));
    }

    [Fact]
    public async Task Restore_RepackedSnapshot_GivesTheSameBytes()
    {
        SampleDatabase.Create(database, 5000);
        var rig = new RepositoryRig(folder);
        var files = new Dictionary<string, byte[]>();
        var made = new List<SnapshotRecord>();
        for (var day = 0; day < 8; day++)
        {
            TestDatabase.Execute(database, $"UPDATE grades SET points = points + 1 WHERE id % 200 = {day * 20}");
            files[$"file-{day % 3}"] = Noise(20_000 + day);
            made.Add(await rig.BackupAsync(database, files, Cancel));
        }
        await new RepositoryPruning(rig.Repository, TimeProvider.System, new NoPruneCheckpoint())
            .RunAsync([.. made.SkipLast(1).Select(record => record.Id)], [], () => { }, Cancel);
        Assert.Equal(1, (await rig.Repository.ReadRecordAsync(made[^1].Id, Cancel)).Revision);
        // Nothing but what the new record leads to may be needed.
        File.Delete(folder[$"repository/{RepositoryLayout.SnapshotKey(made[^1].Id)}"]);
        foreach (var pack in made.SelectMany(record => record.Packs).Distinct())
            File.Delete(folder[$"repository/{RepositoryLayout.PackKey(pack)}"]);

        await RunAsync("latest", "out");

        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await File.ReadAllBytesAsync(folder["out/app.db"], Cancel));
        foreach (var (path, bytes) in files)
            SameBytes.Check(bytes, await File.ReadAllBytesAsync(folder[$"out/files/{path}"], Cancel));
    }

    [Fact]
    public async Task Restore_LinksFoldersAndModes_GivesThemBack()
    {
        SampleDatabase.Create(database, 10);
        var rig = new RepositoryRig(folder);
        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var stored = await writer.StoreDatabaseAsync(database, null, Cancel);
        var content = await writer.StoreContentAsync(new MemoryStream([7]), Cancel);
        var facts = await writer.StoreManifestAsync(
            [
                RepositoryRig.File("a/x", content) with { Mode = 0x180 },
                new FileEntry("a", FileEntryKind.Folder, 0, 1_000_000_000, 0x1C0, 0, 0, null, null, []),
                new FileEntry("link", FileEntryKind.Link, 0, 1_000_000_000, 0x1FF, 0, 0, "a/x", null, []),
            ],
            Cancel);
        await writer.CommitAsync(rig.Draft(stored, facts), Cancel);

        await RunAsync("latest", "out");

        Assert.Equal("a/x", new FileInfo(folder["out/files/link"]).LinkTarget);
        if (OperatingSystem.IsWindows())
            return;
        Assert.Equal((UnixFileMode)0x180, File.GetUnixFileMode(folder["out/files/a/x"]));
        Assert.Equal((UnixFileMode)0x1C0, File.GetUnixFileMode(folder["out/files/a"]));
        Assert.Equal(DateTime.UnixEpoch.AddSeconds(1), Directory.GetLastWriteTimeUtc(folder["out/files/a"]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Restore_AWeekOfNights_GivesEachOfThem(bool isEncrypted)
    {
        if (isEncrypted)
            RepositoryRig.Encrypt(folder);
        SampleDatabase.Create(database, 3000);
        var rig = new RepositoryRig(folder);
        var files = new Dictionary<string, byte[]> { ["gross.txt"] = Encoding.UTF8.GetBytes(string.Join('\n', Enumerable.Range(0, 60_000))) };
        var nights = new List<(string Snapshot, byte[] Database, byte[] File)>();
        for (var night = 0; night < 7; night++)
        {
            var record = await rig.BackupAsync(database, files, Cancel);
            nights.Add((record.Id.Value, await File.ReadAllBytesAsync(database, Cancel), files["gross.txt"]));
            TestDatabase.Execute(database, $"UPDATE grades SET points = {night} WHERE id % 97 = {night}");
            var changed = files["gross.txt"].ToArray();
            changed[night * 40_000] ^= 1;
            files["gross.txt"] = changed;
            files[$"neu-{night}.txt"] = [(byte)night];
        }

        foreach (var (snapshot, expected, file) in nights)
        {
            await RunAsync(snapshot, $"out-{snapshot}");
            SameBytes.Check(expected, await File.ReadAllBytesAsync(folder[$"out-{snapshot}/app.db"], Cancel));
            SameBytes.Check(file, await File.ReadAllBytesAsync(folder[$"out-{snapshot}/files/gross.txt"], Cancel));
        }
    }

    [Fact]
    public async Task Restore_RecordThatWasWrittenAnew_TakesTheHighestRevision()
    {
        SampleDatabase.Create(database, 10);
        var rig = new RepositoryRig(folder);
        var record = await rig.BackupAsync(database, null, Cancel);
        foreach (var revision in new[] { 2, 10 })
            await File.WriteAllBytesAsync(folder[$"repository/snapshots/{record.Id}.{revision}.json"], RecordDocument.Write(record with { Revision = revision }), Cancel);
        await File.WriteAllTextAsync(folder[$"repository/snapshots/{record.Id}.json"], "{}", Cancel);
        await File.WriteAllTextAsync(folder[$"repository/snapshots/{record.Id}.2.json"], "{}", Cancel);

        await RunAsync("latest", "out");

        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await File.ReadAllBytesAsync(folder["out/app.db"], Cancel));
    }

    [Fact]
    public async Task Restore_EncryptedWithoutTheKey_SaysWhichVariable()
    {
        RepositoryRig.Encrypt(folder);
        SampleDatabase.Create(database, 10);
        await new RepositoryRig(folder).BackupAsync(database, null, Cancel);

        var (exitCode, _, errors) = await StartAsync("latest", "out", masterKey: null);
        var (wrongExitCode, _, wrong) = await StartAsync("latest", "out2", masterKey: new string('0', 64));

        Assert.Equal((1, 1), (exitCode, wrongExitCode));
        Assert.Contains("Encryption__MasterKey", errors, StringComparison.Ordinal);
        Assert.Contains("is not wrapped by this master key", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_DamagedRepositories_GiveAnErrorOrTheSameData()
    {
        SampleDatabase.Create(database, 200);
        var rig = new RepositoryRig(folder);
        await rig.BackupAsync(database, new Dictionary<string, byte[]> { ["a"] = Noise(900) }, Cancel);
        var expected = await File.ReadAllBytesAsync(database, Cancel);
        var random = new Random(5);
        foreach (var file in Folders.SelectMany(name => Directory.EnumerateFiles(folder[$"repository/{name}"], "*", SearchOption.AllDirectories)))
        {
            var whole = await File.ReadAllBytesAsync(file, Cancel);
            for (var i = 0; i < 6; i++)
            {
                byte[] damaged = i < 4 ? [.. whole] : whole[..random.Next(whole.Length)];
                if (i < 4)
                    damaged[i == 0 ? 0 : i == 1 ? ^1 : random.Next(whole.Length)] ^= 0x11;
                await File.WriteAllBytesAsync(file, damaged, Cancel);
                var output = $"out-{Path.GetFileName(file)}-{i}";
                var (exitCode, _, errors) = await StartAsync("latest", output, masterKey: null);
                if (exitCode == 0)
                    SameBytes.Check(expected, await File.ReadAllBytesAsync(folder[$"{output}/app.db"], Cancel));
                else
                    Assert.StartsWith("error: ", errors, StringComparison.Ordinal);
            }
            await File.WriteAllBytesAsync(file, whole, Cancel);
        }
    }

    [Fact]
    public void Script_IsShortEnoughToBeRead() => Assert.InRange(File.ReadAllLines(RestoreScript.FilePath).Length, 1, 200);

    private async Task RunAsync(string snapshot, string output)
    {
        var key = File.Exists(folder["master.key"]) ? await File.ReadAllTextAsync(folder["master.key"], Cancel) : null;
        var (exitCode, printed, errors) = await StartAsync(snapshot, output, key);
        Assert.True(exitCode == 0, errors);
        Assert.StartsWith("restored", printed, StringComparison.Ordinal);
    }

    private Task<(int ExitCode, string Printed, string Errors)> StartAsync(string snapshot, string output, string? masterKey) =>
        RestoreScript.RunAsync(folder["repository"], snapshot, folder[output], masterKey);

    private static byte[] Noise(int size)
    {
        var bytes = new byte[size];
        new Random(1).NextBytes(bytes);
        return bytes;
    }
}
