using BackupPortal.Core.Messages;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Repository;

public class DatabaseRoundTripTests : RepositorySuite
{
    private readonly string database;

    public DatabaseRoundTripTests()
        : this(isEncrypted: false)
    {
    }

    protected DatabaseRoundTripTests(bool isEncrypted)
        : base(isEncrypted)
    {
        database = folder["app.db"];
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1024)]
    [InlineData(2048)]
    [InlineData(4096)]
    [InlineData(8192)]
    [InlineData(16384)]
    [InlineData(32768)]
    [InlineData(65536)]
    public async Task Restore_AnyPageSize_GivesTheSameBytes(int pageSize)
    {
        SampleDatabase.Create(database, 5000, pageSize);
        var rig = new RepositoryRig(folder);

        var first = await rig.BackupAsync(database, cancellationToken: Cancel);
        var before = await File.ReadAllBytesAsync(database, Cancel);
        SampleDatabase.Add(database, 500, seed: 2);
        var second = await rig.BackupAsync(database, cancellationToken: Cancel);

        Assert.Equal(pageSize, first.Database.PageSize);
        SameBytes.Check(before, await rig.RestoreAsync(first.Id, Cancel));
        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(second.Id, Cancel));
        Assert.True(second.AddedBytes < first.AddedBytes / 2, $"{second.AddedBytes} of {first.AddedBytes}");
    }

    [Fact]
    public async Task Restore_DatabaseOfNoPages_GivesAnEmptyFile()
    {
        await File.WriteAllBytesAsync(database, [], Cancel);
        var rig = new RepositoryRig(folder);

        var record = await rig.BackupAsync(database, cancellationToken: Cancel);

        Assert.Equal(0, record.Database.PageCount);
        Assert.Empty(await rig.RestoreAsync(record.Id, Cancel));
    }

    [Fact]
    public async Task Backup_Unchanged_AddsTheRecordOnly()
    {
        SampleDatabase.Create(database, 5000);
        var rig = new RepositoryRig(folder);
        var first = await rig.BackupAsync(database, cancellationToken: Cancel);

        var second = await rig.BackupAsync(database, cancellationToken: Cancel);

        Assert.Equal(first.Database.MapHash, second.Database.MapHash);
        Assert.Equal(first.Packs, second.Packs);
        Assert.InRange(second.AddedBytes, 1, 2048);
    }

    [Fact]
    public async Task Backup_SecondTime_StoresChangedPagesOnly()
    {
        SampleDatabase.Create(database, 50_000);
        var rig = new RepositoryRig(folder);
        var first = await rig.BackupAsync(database, cancellationToken: Cancel);
        TestDatabase.Execute(database, "UPDATE grades SET points = points + 1 WHERE id % 10000 = 1");

        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var stored = await writer.StoreDatabaseAsync(database, null, Cancel);

        Assert.InRange(stored.ChangedPages, 1, 8);
        Assert.Equal(first.Database.PageCount, stored.PageCount);
    }

    [Fact]
    public async Task Backup_AddedBytes_AreWhatTheStoreGrewBy()
    {
        SampleDatabase.Create(database, 5000);
        var rig = new RepositoryRig(folder);

        var first = await rig.BackupAsync(database, new Dictionary<string, byte[]> { ["a"] = new byte[300_000] }, Cancel);

        var files = new DirectoryInfo(folder["repository"]).EnumerateFiles("*", SearchOption.AllDirectories);
        // The key belongs to the repository, not to one backup.
        Assert.Equal(files.Where(file => file.Directory!.Name != "keys").Sum(file => file.Length), first.AddedBytes);
        Assert.Equal(first.AddedBytes, (await rig.Repository.ReadRecordAsync(first.Id, Cancel)).AddedBytes);
    }

    [Fact]
    public async Task Backup_GrownThenShrunk_RestoresEachState()
    {
        SampleDatabase.Create(database, 2000);
        var rig = new RepositoryRig(folder);
        var states = new List<(Core.Snapshots.SnapshotRecord Record, byte[] Bytes)>();
        foreach (var change in new[] { "SELECT 1", "INSERT INTO grades(note) SELECT note FROM grades", "DELETE FROM grades WHERE id > 300; VACUUM" })
        {
            TestDatabase.Execute(database, change);
            states.Add((await rig.BackupAsync(database, cancellationToken: Cancel), await File.ReadAllBytesAsync(database, Cancel)));
        }

        Assert.Equal(3, states.Select(state => state.Record.Database.PageCount).Distinct().Count());
        foreach (var (record, bytes) in states)
            SameBytes.Check(bytes, await rig.RestoreAsync(record.Id, Cancel));
    }

    [Fact]
    public async Task Backup_PageSizeChanged_RestoresBoth()
    {
        SampleDatabase.Create(database, 2000);
        var rig = new RepositoryRig(folder);
        var first = await rig.BackupAsync(database, cancellationToken: Cancel);
        var before = await File.ReadAllBytesAsync(database, Cancel);
        TestDatabase.Execute(database, "PRAGMA page_size=1024; VACUUM");

        var second = await rig.BackupAsync(database, cancellationToken: Cancel);

        Assert.Equal(1024, second.Database.PageSize);
        SameBytes.Check(before, await rig.RestoreAsync(first.Id, Cancel));
        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(second.Id, Cancel));
    }

    [Fact]
    public async Task Backup_ThirtyTimes_EachStateRestores()
    {
        SampleDatabase.Create(database, 2000);
        var rig = new RepositoryRig(folder);
        var states = new List<(Core.Snapshots.SnapshotId Id, byte[] Bytes)>();
        for (var day = 0; day < 30; day++)
        {
            TestDatabase.Execute(database, $"UPDATE grades SET points = {day} WHERE id % 97 = {day}; DELETE FROM grades WHERE id % 211 = {day}");
            SampleDatabase.Add(database, 20, seed: day);
            states.Add(((await rig.BackupAsync(database, cancellationToken: Cancel)).Id, await File.ReadAllBytesAsync(database, Cancel)));
        }

        foreach (var (id, bytes) in states)
            SameBytes.Check(bytes, await rig.RestoreAsync(id, Cancel));
        Assert.Equal(states.Select(state => state.Id).Reverse(), await rig.Repository.ListAsync(Cancel));
    }

    [Fact]
    public async Task Backup_PagesOfZeros_CostNothing()
    {
        await RawDatabase.WriteAsync(database, pageCount: 3, Cancel);
        await using (var file = new FileStream(database, FileMode.Open))
            file.SetLength(50_000 * 4096L);
        var rig = new RepositoryRig(folder);

        var record = await rig.BackupAsync(database, cancellationToken: Cancel);

        Assert.InRange(record.AddedBytes, 1, 20_000);
        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(record.Id, Cancel));
    }

    [Fact]
    public async Task Backup_DatabaseOverTheLockPage_StoresThatPageAsZeros()
    {
        const int PageSize = 4096;
        await RawDatabase.WriteAsync(database, pageCount: 3, Cancel);
        var noise = Enumerable.Repeat((byte)0xAB, PageSize).ToArray();
        using (var handle = File.OpenHandle(database, FileMode.Open, FileAccess.Write))
        {
            await RandomAccess.WriteAsync(handle, noise, (1L << 30) - PageSize, Cancel);
            await RandomAccess.WriteAsync(handle, noise, 1L << 30, Cancel);
            await RandomAccess.WriteAsync(handle, noise, (1L << 30) + PageSize, Cancel);
        }
        var rig = new RepositoryRig(folder);

        var record = await rig.BackupAsync(database, cancellationToken: Cancel);
        var reader = await rig.OpenAsync(record.Id, Cancel);
        await reader.WriteDatabaseAsync(folder["restored.db"], null, Cancel);

        Assert.Equal((1L << 30) + (2 * PageSize), new FileInfo(folder["restored.db"]).Length);
        using var restored = File.OpenHandle(folder["restored.db"]);
        var pages = new byte[3 * PageSize];
        await RandomAccess.ReadAsync(restored, pages, (1L << 30) - PageSize, Cancel);
        Assert.Equal([.. noise, .. new byte[PageSize], .. noise], pages);
        // Noise on that page is not a change.
        var again = await rig.BackupAsync(folder["restored.db"], cancellationToken: Cancel);
        Assert.Equal(record.Database.MapHash, again.Database.MapHash);
    }

    [Theory]
    [InlineData("not a database at all, but long enough to hold the header of one, if only it had been one: it has 100 bytes.", "begin as one")]
    [InlineData("short", "begin as one")]
    public async Task Store_NotADatabase_SaysSo(string content, string reason)
    {
        await File.WriteAllTextAsync(database, content, Cancel);
        var rig = new RepositoryRig(folder);

        var failure = await Assert.ThrowsAsync<PortalException>(() => rig.BackupAsync(database, cancellationToken: Cancel));

        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.Empty(await rig.Repository.ListAsync(Cancel));
    }

    [Fact]
    public async Task Store_HalfAPageAtTheEnd_SaysSo()
    {
        await RawDatabase.WriteAsync(database, pageCount: 3, Cancel);
        await File.AppendAllTextAsync(database, "x", Cancel);

        var failure = await Assert.ThrowsAsync<PortalException>(() => new RepositoryRig(folder).BackupAsync(database, cancellationToken: Cancel));

        Assert.Contains("multiple of its page size", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Restore_TargetExists_FailsAndLeavesItAlone()
    {
        SampleDatabase.Create(database, 100);
        var rig = new RepositoryRig(folder);
        var record = await rig.BackupAsync(database, cancellationToken: Cancel);
        await File.WriteAllTextAsync(folder["target"], "mine", Cancel);
        var reader = await rig.OpenAsync(record.Id, Cancel);

        await Assert.ThrowsAnyAsync<Core.Storage.StorageException>(() => reader.WriteDatabaseAsync(folder["target"], null, Cancel));

        Assert.Equal("mine", await File.ReadAllTextAsync(folder["target"], Cancel));
    }

    [Fact]
    public async Task Restore_WhileABackupRuns_GivesTheOldState()
    {
        SampleDatabase.Create(database, 20_000);
        var rig = new RepositoryRig(folder);
        var first = await rig.BackupAsync(database, cancellationToken: Cancel);
        var before = await File.ReadAllBytesAsync(database, Cancel);
        TestDatabase.Execute(database, "UPDATE grades SET points = points + 1");

        await using var writer = await rig.Repository.BeginAsync(Cancel);
        var stored = await writer.StoreDatabaseAsync(database, null, Cancel);
        SameBytes.Check(before, await rig.RestoreAsync(first.Id, Cancel));
        var facts = await writer.StoreManifestAsync([], Cancel);
        Assert.Single(await rig.Repository.ListAsync(Cancel));
        var second = await writer.CommitAsync(rig.Draft(stored, facts), Cancel);

        SameBytes.Check(before, await rig.RestoreAsync(first.Id, Cancel));
        SameBytes.Check(await File.ReadAllBytesAsync(database, Cancel), await rig.RestoreAsync(second.Id, Cancel));
    }

    [Fact]
    public async Task Store_Cancelled_LeavesNoSnapshotAndNoPack()
    {
        SampleDatabase.Create(database, 100_000);
        var rig = new RepositoryRig(folder);
        using var cancel = new CancellationTokenSource();
        var progress = new CancelAtFirstReport(cancel);

        await using (var writer = await rig.Repository.BeginAsync(Cancel))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writer.StoreDatabaseAsync(database, progress, cancel.Token));

        // The keys of a repository that is encrypted stay, and the mark of the last lease.
        var left = Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories)
            .Where(file => file != folder["master.key"] && !file.StartsWith(folder["repository/keys/"], StringComparison.Ordinal))
            .Where(file => !file.StartsWith(folder["repository/leases/"], StringComparison.Ordinal));
        Assert.Equal([database], left);
    }

    private sealed class CancelAtFirstReport(CancellationTokenSource cancel) : IProgress<long>
    {
        public void Report(long value) => cancel.Cancel();
    }
}
