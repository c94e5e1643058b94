using System.IO.Compression;
using System.Runtime.Versioning;
using System.Text;
using BackupPortal.Core.Import;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Import;

/// <summary>What comes in honestly becomes a backup like any other.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ImportTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Import_LocalCopyOfABackup_IsThatBackupAgain()
    {
        await using var world = await ImportWorld.CreateAsync();
        world.World.Write("deep/er/photo.jpg", "a photo");
        File.SetUnixFileMode(Path.Combine(world.World.Files, "deep/er/photo.jpg"), (UnixFileMode)0x1A0);
        File.CreateSymbolicLink(Path.Combine(world.World.Files, "deep/link"), "../a.txt");
        var original = await world.OpenAsync(await world.World.BackupAsync());
        var file = world.Outside("copy.zip", await world.CopyOfAsync(original.Record.Id));

        var imported = await world.ImportAsync(file, "back again");

        Assert.Equal((SnapshotOrigin.Imported, "back again"), (imported.Record.Origin, imported.Record.Note));
        Assert.Equal(original.Record.Database.RootHash, imported.Record.Database.RootHash);
        Assert.Equal(original.Record.Database.Tables, imported.Record.Database.Tables);
        Assert.Equal(original.Files.Select(Content), imported.Files.Select(Content));
        Assert.True(string.CompareOrdinal(imported.Record.Id.Value, original.Record.Id.Value) > 0);
        Assert.Contains(imported.Record.Notices, notice => notice.Contains(original.Record.Id.Value, StringComparison.Ordinal));
        Assert.Empty(await imported.VerifyAsync(null, Token));
    }

    [Fact]
    public async Task Import_LocalCopy_IsListedAndRestored()
    {
        await using var world = await ImportWorld.CreateAsync();
        var copy = await world.CopyOfAsync(await world.World.BackupAsync());
        var imported = await world.ImportAsync(world.Outside("copy.zip", copy));
        world.World.Execute("UPDATE state SET value = 'broken'");
        world.World.Write("a.txt", "broken");

        await world.World.RestoreAsync(imported.Record.Id);

        world.AssertNothingIsLeft();
        var listed = await world.World.Portal.Get<Core.Catalog.SnapshotIndex>().ListAsync(world.Tenant, Token);
        Assert.Contains(listed, one => one.Id == imported.Record.Id && one.Origin == SnapshotOrigin.Imported);
    }

    [Fact]
    public async Task Import_WithoutANote_HasTheNoteOfItsBackup()
    {
        await using var world = await ImportWorld.CreateAsync();
        var view = await world.World.SucceedAsync(OperationKind.Backup, new Core.Backup.BackupArguments(SnapshotOrigin.Manual, "before the move").ToJson());

        var imported = await world.ImportAsync(world.Outside("copy.zip", await world.CopyOfAsync(view.Outcome!.Snapshot!)));

        Assert.Equal("before the move", imported.Record.Note);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Import_BareDatabase_IsABackupWithoutFiles(bool isGzipped)
    {
        await using var world = await ImportWorld.CreateAsync();
        var bytes = await MakeAsync(world, "PRAGMA journal_mode=WAL; CREATE TABLE pupils (id INTEGER PRIMARY KEY, name); INSERT INTO pupils (name) VALUES ('Mia'), ('Noah')");

        var imported = await world.ImportAsync(world.Outside("whatever.png", isGzipped ? Gzip(bytes) : bytes));

        Assert.Equal((2L, "wal"), (imported.Record.Database.Tables["pupils"], imported.Record.Database.JournalMode));
        Assert.Empty(imported.Files);
        Assert.Contains(imported.Record.Notices, notice => notice.Contains("WAL", StringComparison.Ordinal));
        Assert.Contains(imported.Record.Notices, notice => notice.Contains("There are no files", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Import_DumpOfANastySchema_GivesEqualRows(bool isGzipped)
    {
        await using var world = await ImportWorld.CreateAsync();
        var source = await SourceAsync(world, NastySchema.Sql);
        var dump = await NastySchema.DumpAsync(source);

        var imported = await world.ImportAsync(world.Outside("dump.sql", isGzipped ? Gzip(dump) : dump));

        var copy = world.World.Portal.Folder["imported.db"];
        await imported.WriteDatabaseAsync(copy, null, Token);
        Assert.Equal(Encoding.UTF8.GetString(dump), Encoding.UTF8.GetString(await NastySchema.DumpAsync(copy)));
        Assert.Equal("ok", TestDatabase.Scalar(copy, "PRAGMA integrity_check"));
        Assert.Equal(1L, TestDatabase.Scalar(copy, "SELECT count(*) FROM search WHERE search MATCH 'quick'"));
        Assert.Equal(1L, TestDatabase.Scalar(copy, "SELECT count(*) FROM places WHERE minX > 1"));
        Assert.Equal(3L, TestDatabase.Scalar(copy, "SELECT count(*) FROM changes"));
    }

    [Fact]
    public async Task Import_ZipPackedByHand_TakesTheOneDatabaseAndTheFiles()
    {
        await using var world = await ImportWorld.CreateAsync();
        var database = await MakeAsync(world, "CREATE TABLE t (a); INSERT INTO t VALUES (1)");
        var zip = new TestZip().Add("school.sqlite", database, 0).Add("files/deep/a.txt", "hello", 0).Add("Thumbs.db.txt", "x", 0)
            .Add("files/run.sh", "#!", 0x8DED).ToBytes(comment: "made by hand");

        var imported = await world.ImportAsync(world.Outside("hand.zip", zip));

        Assert.Equal(1L, imported.Record.Database.Tables["t"]);
        Assert.Equal(["deep", "deep/a.txt", "run.sh"], imported.Files.Select(file => file.Path));
        // Without the bit by which it would run as its owner.
        Assert.Equal(0x1ED, imported.Files[2].Mode);
        Assert.Equal(new DateTimeOffset(new DateTime(2025, 4, 11, 12, 0, 0, DateTimeKind.Local)).ToUnixTimeSeconds(), imported.Files[2].ModifiedUnixNanoseconds / 1_000_000_000);
        Assert.Contains(imported.Record.Notices, notice => notice.Contains("packed by hand", StringComparison.Ordinal));
        Assert.Contains(imported.Record.Notices, notice => notice.Contains("Thumbs.db.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Import_LinksThatLeadOut_AreLeftOutAndTold()
    {
        await using var world = await ImportWorld.CreateAsync();
        var database = await MakeAsync(world, "CREATE TABLE t (a)");
        var zip = new TestZip().Add("app.db", database)
            .Add("files/out", "/etc/passwd", TestZip.Link).Add("files/up", "../app.db", TestZip.Link).Add("files/deep/ok", "../a.txt", TestZip.Link)
            .Add("files/deep/over", "sub/../../../x", TestZip.Link).Add("files/a.txt", "a").ToBytes();

        var imported = await world.ImportAsync(world.Outside("links.zip", zip));

        Assert.Equal(["a.txt", "deep", "deep/ok"], imported.Files.Select(file => file.Path));
        Assert.Equal(3, imported.Record.Notices.Count(notice => notice.Contains("leads out", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Import_FileLikeALiveOneButAnother_KeepsBothContents()
    {
        await using var world = await ImportWorld.CreateAsync();
        var live = Path.Combine(world.World.Files, "a.txt");
        File.SetLastWriteTime(live, new DateTime(2025, 4, 11, 12, 0, 0, DateTimeKind.Local));
        var before = await world.OpenAsync(await world.World.BackupAsync());
        var mode = 0x8000 | before.Files.Single().Mode;
        var database = await MakeAsync(world, "CREATE TABLE t (a)");

        // As large and as old as the live file, and another.
        var imported = await world.ImportAsync(world.Outside("other.zip", new TestZip().Add("app.db", database).Add("files/a.txt", "evil", mode).ToBytes()));
        var after = await world.OpenAsync(await world.World.BackupAsync());

        Assert.Equal("evil", await TextAsync(imported, "a.txt"));
        Assert.Equal("live", await TextAsync(after, "a.txt"));
    }

    [Theory]
    [InlineData(null, "ForeignTenant")]
    [InlineData("park", "OtherThanConfirmed")]
    [InlineData("other", null)]
    public async Task Import_CopyOfAnotherSchool_OnlyWhenItIsConfirmedByName(string? confirmed, string? refusal)
    {
        await using var world = await ImportWorld.CreateAsync();
        await world.World.BackupAsync();
        var other = await world.World.Portal.AddTenantAsync("other");
        TestDatabase.Create(other.DatabasePath, "CREATE TABLE theirs (a)");
        var backup = await world.World.Portal.Get<OperationRunner>().RunNowAsync(
            other, OperationKind.Backup, new Core.Backup.BackupArguments(SnapshotOrigin.Manual, null).ToJson(), "operator", null, Token);
        var repository = world.World.Portal.Get<Core.Repository.TenantRepositories>().Of(other);
        var reader = await repository.OpenAsync(await repository.ReadRecordAsync(backup.Outcome!.Snapshot!, Token), Token);
        var file = world.Outside("other.zip", await LocalCopy.WriteAsync(reader, world.World.Portal.Folder["copying"]));

        var view = await world.RunAsync(file, confirmed: confirmed);

        Assert.Equal(refusal, view.Error?.Key);
        Assert.Equal(refusal is null ? OperationState.Succeeded : OperationState.Failed, view.State);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Import_LiveDatabaseOrCatalog_IsNeverOpened()
    {
        await using var world = await ImportWorld.CreateAsync();
        var link = world.World.Portal.Folder["innocent.db"];
        File.CreateSymbolicLink(link, world.World.Database);

        foreach (var path in new[] { world.World.Database, link, world.World.Portal.Root.CatalogFile })
            Assert.Equal("SourceIsLive", (await world.RunAsync(path)).Error?.Key);
        Assert.Equal("SourceMissing", (await world.RunAsync("/no/such/file")).Error?.Key);
        Assert.Equal("SourceNotAFile", (await world.RunAsync("/dev/zero")).Error?.Key);
    }

    [Theory]
    [InlineData("../../app.db")]
    [InlineData("..")]
    [InlineData("/etc/passwd")]
    public async Task Import_CopyNamedByAPath_IsRefused(string name)
    {
        await using var world = await ImportWorld.CreateAsync();

        var view = await world.World.RunAsync(OperationKind.Import, new ImportArguments(Copy: name).ToJson());

        Assert.Equal("SourceMissing", view.Error?.Key);
    }

    [Fact]
    public async Task Import_Cancelled_LeavesNothing()
    {
        await using var world = await ImportWorld.CreateAsync();
        var file = world.Outside("db", await MakeAsync(world, "CREATE TABLE t (a)"));
        var handler = world.World.Portal.Services.GetServices<IOperationHandler>().Single(one => one.Kind == OperationKind.Import);

        foreach (var phase in handler.Phases)
        {
            using var sink = new CancellingSink(phase);
            var context = new OperationContext(OperationId.Create(), world.Tenant, new ImportArguments(File: file).ToJson(), "anna", sink);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handler.RunAsync(context, sink.Token));
            world.AssertNothingIsLeft();
        }
        Assert.Empty(await world.World.Portal.Get<Core.Repository.TenantRepositories>().Of(world.Tenant).ListAsync(Token));
    }

    [Fact]
    public async Task Import_OfACopyInTheCopiesFolder_FindsItByName()
    {
        await using var world = await ImportWorld.CreateAsync();
        Directory.CreateDirectory(world.Tenant.Home.Copies);
        await File.WriteAllBytesAsync(Path.Combine(world.Tenant.Home.Copies, "mine.zip"), await world.CopyOfAsync(await world.World.BackupAsync()), Token);

        await world.World.SucceedAsync(OperationKind.Import, new ImportArguments(Copy: "mine.zip").ToJson());

        world.AssertNothingIsLeft();
        Assert.True(File.Exists(Path.Combine(world.Tenant.Home.Copies, "mine.zip")));
    }

    internal static byte[] Gzip(byte[] content)
    {
        using var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Fastest))
            gzip.Write(content);
        return target.ToArray();
    }

    internal static async Task<byte[]> MakeAsync(ImportWorld world, string sql) => await File.ReadAllBytesAsync(await SourceAsync(world, sql), Token);

    private static Task<string> SourceAsync(ImportWorld world, string sql)
    {
        var path = world.World.Portal.Folder[$"{Guid.NewGuid():N}.db"];
        TestDatabase.Create(path, sql);
        return Task.FromResult(path);
    }

    private static (string, FileEntryKind, long, int, string?, string?) Content(FileEntry entry) =>
        (entry.Path, entry.Kind, entry.SizeBytes, entry.Mode, entry.LinkTarget, entry.Sha256);

    private static async Task<string> TextAsync(Core.Repository.SnapshotReader reader, string path)
    {
        using var content = new MemoryStream();
        await reader.WriteContentAsync(reader.Files.Single(file => file.Path == path), content, Token);
        return Encoding.UTF8.GetString(content.ToArray());
    }
}
