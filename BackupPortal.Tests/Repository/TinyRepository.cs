using BackupPortal.Core.Messages;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Contracts;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Repository;

/// <summary>
/// A few kilobytes with something of everything: frames of pages and of files in each codec, raw ones, differences, documents whole and as differences,
/// and contents that several snapshots share.
/// </summary>
internal sealed class TinyRepository(TestFolder folder)
{
    public const int PageSize = 512;

    private readonly List<TinySnapshot> snapshots = [];

    public FaultyStore Store { get; } = new();

    public IReadOnlyList<TinySnapshot> Snapshots => snapshots;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Database => folder["app.db"];

    public async Task MakeAsync()
    {
        SampleDatabase.Create(Database, rows: 8, PageSize);
        var files = new Dictionary<string, byte[]>
        {
            ["leer"] = [],
            ["a/brief.txt"] = [.. Enumerable.Range(0, 400).Select(i => (byte)(i / 3))],
            ["a/gleich.txt"] = [.. Enumerable.Range(0, 400).Select(i => (byte)(i / 3))],
        };
        for (var i = 0; i < 6; i++)
            files[$"b/{i}.txt"] = [1, 2, (byte)i];
        await BackupAsync(new RepositoryRig(folder, Store, useZstd: false), files);
        var rig = new RepositoryRig(folder, Store, begun: snapshots.Count);
        TestDatabase.Execute(Database, "UPDATE grades SET points = 6 WHERE id = 3; CREATE TABLE neu(x); INSERT INTO neu VALUES(randomblob(200))");
        files["c.txt"] = [.. Enumerable.Repeat((byte)7, 400)];
        await BackupAsync(rig, files);
        TestDatabase.Execute(Database, "UPDATE grades SET points = 5 WHERE id IN (2, 7)");
        files["b/3.txt"] = Noise(150, seed: 1);
        await BackupAsync(rig, files);
    }

    /// <summary>What is wrong with a snapshot, however it shows.</summary>
    public async Task<IReadOnlyList<string>> VerifyAsync(TinySnapshot snapshot)
    {
        try
        {
            return await (await OpenAsync(snapshot)).VerifyAsync(null, Cancel);
        }
        catch (PortalException e)
        {
            return [e.Message];
        }
    }

    /// <summary>Restores everything of a snapshot and compares it, byte by byte.</summary>
    /// <returns>Null, or why it could not be restored.</returns>
    public async Task<string?> RestoreAsync(TinySnapshot snapshot)
    {
        var target = folder[$"restored-{Guid.NewGuid():N}"];
        try
        {
            var reader = await OpenAsync(snapshot);
            await reader.WriteDatabaseAsync(target, null, Cancel);
            SameBytes.Check(snapshot.Database, await File.ReadAllBytesAsync(target, Cancel));
            File.Delete(target);
            Assert.Equal(snapshot.Files.Keys.Order(StringComparer.Ordinal), reader.Files.Select(file => file.Path));
            foreach (var (path, content) in snapshot.Files)
                SameBytes.Check(content, await RepositoryRig.ReadAsync(reader, path, Cancel));
            return null;
        }
        catch (PortalException e)
        {
            Assert.False(File.Exists(target), "a database that could not be restored was left behind");
            return e.Message;
        }
    }

    /// <summary>A rig that knows nothing yet of what it reads.</summary>
    public Task<SnapshotReader> OpenAsync(TinySnapshot snapshot) => new RepositoryRig(folder, Store).OpenAsync(snapshot.Id, Cancel);

    public static byte[] Noise(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private async Task BackupAsync(RepositoryRig rig, Dictionary<string, byte[]> files)
    {
        var record = await rig.BackupAsync(Database, files, Cancel);
        snapshots.Add(new TinySnapshot(record, await File.ReadAllBytesAsync(Database, Cancel), new Dictionary<string, byte[]>(files)));
    }
}

internal sealed record TinySnapshot(SnapshotRecord Record, byte[] Database, IReadOnlyDictionary<string, byte[]> Files)
{
    public SnapshotId Id => Record.Id;
}
