using BackupPortal.Core.Backup;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Backup;

public sealed class SnapshotDraftTests : BackupSuite
{
    [Fact]
    public async Task StoreFiles_Again_ReadsOnlyWhatChangedSince()
    {
        TestDatabase.Create(Live, "CREATE TABLE t(a)");
        foreach (var name in new[] { "goes", "changes", "stays" })
        {
            await File.WriteAllTextAsync(bench.FilePath(name), name, Token);
            File.SetLastWriteTimeUtc(bench.FilePath(name), new DateTime(2026, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        }
        await using var draft = await BeginAsync();
        await draft.StoreFilesAsync(bench.Tenant.FilesPath, [], null, Token);
        Assert.Equal((3, 3), draft.FilesSeen);
        await File.WriteAllTextAsync(bench.FilePath("changes"), "changed", Token);
        File.Delete(bench.FilePath("goes"));

        await draft.StoreFilesAsync(bench.Tenant.FilesPath, [], null, Token);

        Assert.Equal((2, 1), draft.FilesSeen);
        var reader = await bench.Repository.OpenAsync(await FinishAsync(draft), Token);
        Assert.Equal([("changes", 7L), ("stays", 5L)], reader.Files.Select(file => (file.Path, file.SizeBytes)));
        Assert.Empty(await reader.VerifyAsync(null, Token));
    }

    [Fact]
    public async Task StoreFiles_WithLiveDatabaseInTheFolder_KeepsItOnlyAsADatabase()
    {
        TestDatabase.Create(Live, "PRAGMA journal_mode=WAL; CREATE TABLE t(a)");
        var folder = Path.GetDirectoryName(Live)!;
        await File.WriteAllTextAsync(Path.Combine(folder, "beside.txt"), "beside", Token);
        await using var draft = await BeginAsync();

        await draft.StoreFilesAsync(folder, [bench.Tenant.Home.Repository, bench.Tenant.Home.Scratch], null, Token);

        var reader = await bench.Repository.OpenAsync(await FinishAsync(draft), Token);
        Assert.Contains(reader.Files, file => file.Path == "beside.txt");
        Assert.DoesNotContain(reader.Files, file => file.Path.StartsWith("app.db", StringComparison.Ordinal));
        Assert.DoesNotContain(reader.Files, file => file.Path.StartsWith("scratch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task StoreDatabase_OfAFileThatWasLive_KeepsItsStateAndInstant()
    {
        var swappedOut = bench.Portal.Folder["swapped-out"];
        TestDatabase.Create(swappedOut, "CREATE TABLE t(a); INSERT INTO t VALUES (1)");
        var state = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
        await using var draft = await BeginAsync();

        await draft.StoreDatabaseAsync(new DatabaseCopy(swappedOut, state, "wal", new FileInfo(swappedOut).Length), null, Token);
        await draft.StoreManifestAsync(Token);
        var record = await draft.CommitAsync(SnapshotOrigin.Safety, null, "restore");

        Assert.Equal((state, "wal", 1L), (record.CreatedUtc, record.Database.JournalMode, record.Database.Tables["t"]));
        Assert.True(File.Exists(swappedOut));
    }

    [Fact]
    public async Task Commit_BeforeTheManifest_IsRefused()
    {
        await using var draft = await BeginAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => draft.CommitAsync(SnapshotOrigin.Manual, null, "test"));
    }

    private static async Task<SnapshotRecord> FinishAsync(SnapshotDraft draft)
    {
        await draft.StoreDatabaseAsync(await draft.CopyLiveDatabaseAsync(null, Token), null, Token);
        await draft.StoreManifestAsync(Token);
        return await draft.CommitAsync(SnapshotOrigin.Manual, null, "test");
    }

    private Task<SnapshotDraft> BeginAsync() => bench.Portal.Get<SnapshotTaker>().BeginAsync(bench.Tenant, Token);
}
