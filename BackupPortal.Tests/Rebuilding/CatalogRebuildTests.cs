using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Encryption;
using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Rebuilding;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Rebuilding;

/// <summary>An installation with several schools loses its catalog.</summary>
public sealed class CatalogRebuildTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly string _key = MasterKey.Create().Reveal();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private DataRoot Root => new(_folder["data"]);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Rebuild_CatalogLost_BringsBackWhatBackupsTell()
    {
        var (goethe, park) = await MakeInstallationAsync();
        LoseCatalog();
        // Of the catalog that is lost; must not end up beside the new one.
        await File.WriteAllBytesAsync(Root.CatalogFile + "-wal", [1, 2, 3], Token);

        var result = await RebuildAsync(Open(withKey: true));

        Assert.True(result.IsWhole, string.Join('\n', result.Tenants.SelectMany(one => one.Notices)));
        Assert.Equal([1, 2, 3], await File.ReadAllBytesAsync(result.PutAside + "-wal", Token));
        Assert.Equal(["geheim", "goethe", "park"], result.Tenants.Select(one => one.Slug.Value));
        await using var portal = Open(withKey: true);
        await portal.Get<CatalogMigration>().ApplyAsync(Token);
        var tenants = await portal.Get<TenantStore>().ListAsync(Token);
        Assert.Equal(goethe, tenants.Single(tenant => tenant.Slug == goethe.Slug) with { CreatedUtc = goethe.CreatedUtc });
        Assert.Equal(park, tenants.Single(tenant => tenant.Slug == park.Slug) with { CreatedUtc = park.CreatedUtc });
        Assert.Equal(new NightlySchedule(false, new TimeOnly(3, 30), null), await portal.Get<ScheduleStore>().GetAsync(goethe.Id, Token));
        Assert.True((await portal.Get<ScheduleStore>().GetAsync(park.Id, Token)).IsOn);
        Assert.Equal("Pupils", (await portal.Get<FriendlyNameStore>().GetAsync(goethe.Id, Token)).FindTable("pupils"));
        var listed = await portal.Get<SnapshotIndex>().ListAsync(goethe, Token);
        Assert.Equal([SnapshotOrigin.Safety, SnapshotOrigin.Automatic, SnapshotOrigin.Imported, SnapshotOrigin.Manual], listed.Select(one => one.Origin));
        Assert.Equal("Vor den \"Ferien\" — 100 %\n'; DROP TABLE tenants; --", listed[^1].Note);
        Assert.All(listed, one => Assert.Equal((null, false), (one.ProvenUtc, one.IsDamaged)));
    }

    [Fact]
    public async Task Rebuild_CatalogLost_RestoresAndUndoesAsBefore()
    {
        var (goethe, _) = await MakeInstallationAsync();
        LoseCatalog();
        await RebuildAsync(Open(withKey: true));
        await using var portal = Open(withKey: true);
        await portal.Get<CatalogMigration>().ApplyAsync(Token);

        // The restore before the loss is undone by its safety snapshot, and undone again.
        var restore = Assert.Single(await portal.Get<RestoreHistory>().ListAsync(goethe.Id, Token));
        Assert.True(restore.CanUndo);
        Assert.NotNull(restore.From);
        await RunAsync(portal, goethe, OperationKind.Undo, UndoArguments.ToJson(restore.Operation.Id));
        Assert.Equal("before the restore", Read(goethe));
        var first = (await portal.Get<SnapshotIndex>().ListAsync(goethe, Token))[^1];
        await RunAsync(portal, goethe, OperationKind.Restore, RestoreArguments.ToJson(first.Id));
        Assert.Equal("first", Read(goethe));
        var geheim = (await portal.Get<TenantStore>().FindAsync(TenantSlug.Parse("geheim"), Token))!;
        TestDatabase.Execute(geheim.DatabasePath, "UPDATE state SET value = 'lost'");
        await RunAsync(portal, geheim, OperationKind.Restore, RestoreArguments.ToJson((await portal.Get<SnapshotIndex>().ListAsync(geheim, Token))[0].Id));
        Assert.Equal("secret", Read(geheim));
        await RunAsync(portal, geheim, OperationKind.Backup, new BackupArguments(SnapshotOrigin.Manual, null).ToJson());
    }

    [Fact]
    public async Task Rebuild_WithoutTheMasterKey_LeavesThatSchoolOutAndSaysSo()
    {
        await MakeInstallationAsync();
        LoseCatalog();

        var result = await RebuildAsync(Open(withKey: false));

        Assert.False(result.IsWhole);
        var geheim = result.Tenants.Single(one => one.Slug.Value == "geheim");
        Assert.False(geheim.IsAdded);
        Assert.Contains(geheim.Notices, notice => notice.Key == "NoMasterKey");
        Assert.Contains(geheim.Notices, notice => notice.Key == "LeftOut");
        Assert.Equal(2, result.Tenants.Count(one => one.IsAdded));
        var again = await RebuildAsync(Open(withKey: true), replace: true);
        Assert.True(again.IsWhole);
        Assert.Equal(2, CountTenants(again.PutAside!));
        Assert.Equal(3, CountTenants(Root.CatalogFile));
    }

    [Fact]
    public async Task Rebuild_DamagedRecord_IsToldAndTheOthersGoOn()
    {
        var (goethe, _) = await MakeInstallationAsync();
        LoseCatalog();
        var record = Directory.GetFiles(Path.Combine(goethe.Home.Repository, "snapshots")).Order(StringComparer.Ordinal).ElementAt(1);
        await File.WriteAllTextAsync(record, "{}", Token);

        var result = await RebuildAsync(Open(withKey: true));

        Assert.False(result.IsWhole);
        var found = result.Tenants.Single(one => one.Slug == goethe.Slug);
        Assert.Equal((true, 3, Path.GetFileNameWithoutExtension(record)), (found.IsAdded, found.Snapshots, Assert.Single(found.UnreadableSnapshots)));
        await using var portal = Open(withKey: true);
        await portal.Get<CatalogMigration>().ApplyAsync(Token);
        Assert.Equal(Path.GetFileNameWithoutExtension(record), Assert.Single(await portal.Get<SnapshotIndex>().ListAsync(goethe, Token), one => one.IsDamaged).Id.Value);
    }

    [Fact]
    public async Task Rebuild_CatalogThatIsThere_IsLeftAloneUnlessItIsReplaced()
    {
        await MakeInstallationAsync();
        var before = await File.ReadAllBytesAsync(Root.CatalogFile, Token);

        var refused = await Assert.ThrowsAsync<PortalException>(() => RebuildAsync(Open(withKey: true)));

        Assert.Equal("CatalogIsThere", refused.What.Key);
        Assert.Equal(before, await File.ReadAllBytesAsync(Root.CatalogFile, Token));
    }

    [Fact]
    public async Task Rebuild_CatalogThatIsNoDatabaseAnyMore_IsReplacedAndKept()
    {
        await MakeInstallationAsync();
        LoseCatalog();
        await File.WriteAllTextAsync(Root.CatalogFile, "no database", Token);

        var result = await RebuildAsync(Open(withKey: true), replace: true);

        Assert.Equal("no database", await File.ReadAllTextAsync(result.PutAside!, Token));
        Assert.Equal(3, CountTenants(Root.CatalogFile));
    }

    [Fact]
    public async Task Rebuild_SomebodyWorksOnIt_IsRefused()
    {
        await MakeInstallationAsync();
        await using (var portal = Open(withKey: true))
        {
            await portal.AddTenantAsync("neu");
            Assert.Equal("InUse", (await Assert.ThrowsAsync<PortalException>(() => RebuildAsync(Open(withKey: true), replace: true))).What.Key);
        }

        SqliteConnection.ClearAllPools();
        LoseCatalog();
        // One that runs on although its catalog was deleted.
        await using var running = Open(withKey: true);
        running.Get<RunnerPresence>().Show();
        Assert.Equal("InUse", (await Assert.ThrowsAsync<PortalException>(() => RebuildAsync(Open(withKey: true)))).What.Key);
        Assert.False(File.Exists(Root.CatalogFile));
    }

    [Fact]
    public async Task Rebuild_LeftoversOfOneThatWasKilled_AreCleared()
    {
        await MakeInstallationAsync();
        LoseCatalog();
        Directory.CreateDirectory(_folder["data/rebuild-1"]);
        await File.WriteAllTextAsync(_folder["data/rebuild-1/portal.db"], "half", Token);

        await RebuildAsync(Open(withKey: true));

        Assert.Empty(Directory.GetDirectories(Root.Path, "rebuild-*"));
        Assert.False(File.Exists(Root.CatalogFile + "-wal"));
    }

    [Fact]
    public async Task Rebuild_FolderThatSomebodyCopied_BecomesASchoolOfItsOwn()
    {
        var (goethe, park) = await MakeInstallationAsync();
        LoseCatalog();
        using (var copy = System.Diagnostics.Process.Start("cp", ["-r", park.Home.Path, Root.HomeOf(TenantSlug.Parse("park-alt")).Path]))
            await copy.WaitForExitAsync(Token);
        await Open(withKey: true).Get<MaintenanceGuard>().EnterAsync(goethe.Slug, null, "anna", Token);

        var result = await RebuildAsync(Open(withKey: true), databases: ("park-alt", _folder["data/tenants/park-alt/app.db"]));

        var copied = result.Tenants.Single(one => one.Slug.Value == "park-alt");
        Assert.NotEqual(park.Id, copied.Tenant!.Id);
        Assert.Equal(["SameTenant", "OtherSlug", "FilesUsedBy", "FilesMissing", "DatabaseMissing"], copied.Notices.Select(notice => notice.Key).Order(StringComparer.Ordinal).Reverse());
        Assert.Contains(result.Tenants.Single(one => one.Slug == goethe.Slug).Notices, notice => notice.Key == "InMaintenance");
    }

    [Fact]
    public async Task Rebuild_RecordsOfAnEarlierProgram_GetWhatANewSchoolGets()
    {
        await using (var portal = await TestPortal.CreateAsync(@in: null))
        {
            var tenant = await portal.AddTenantAsync("alt");
            var from = Path.Combine(AppContext.BaseDirectory, "Data", "repository-v1", "plain");
            using (var copy = System.Diagnostics.Process.Start("cp", ["-r", from + "/.", tenant.Home.Repository]))
                await copy.WaitForExitAsync(Token);
            SqliteConnection.ClearAllPools();
            File.Delete(portal.Root.CatalogFile);
            await using var fresh = TestPortal.OverFolder(portal.Folder);

            var result = await fresh.Get<CatalogRebuild>().RunAsync(Request(replace: false), Token);

            var alt = Assert.Single(result.Tenants);
            Assert.True(alt.IsAdded, string.Join('\n', alt.Notices));
            Assert.Equal(tenant.DatabasePath, alt.Tenant!.DatabasePath);
            Assert.Contains(alt.Notices, notice => notice.Key == "NoDetails");
        }
    }

    [Fact]
    public async Task Rebuild_NothingThere_SaysSoAndMakesNothing()
    {
        var empty = await Assert.ThrowsAsync<PortalException>(() => RebuildAsync(Open(withKey: false)));
        Assert.Equal("NothingThere", empty.What.Key);
        Assert.False(Directory.Exists(Root.Path));
    }

    /// <summary>Goethe with notes, odd origins and a restore; Park with live data elsewhere; Geheim, which is encrypted.</summary>
    private async Task<(Tenant Goethe, Tenant Park)> MakeInstallationAsync()
    {
        Directory.CreateDirectory(_folder["park/files"]);
        TestDatabase.Create(_folder["park/school.db"], "CREATE TABLE state (value TEXT); INSERT INTO state VALUES ('park');");
        await using var portal = Open(withKey: false);
        await portal.Get<CatalogMigration>().ApplyAsync(Token);
        var registration = portal.Get<TenantRegistration>();
        var goethe = await registration.AddAsync(new NewTenant("goethe", "Goethe-Gymnasium \"Süd\"", "America/New_York", null, null), true, "test", Token);
        var park = await registration.AddAsync(new NewTenant("park", "Schule am Park", null, _folder["park/school.db"], _folder["park/files"]), true, "test", Token);
        var geheim = await registration.AddAsync(new NewTenant("geheim", "Geheim", null, null, null), true, "test", Token);
        TestDatabase.Create(goethe.DatabasePath, "PRAGMA journal_mode = WAL; CREATE TABLE state (value TEXT); INSERT INTO state VALUES ('first'); CREATE TABLE pupils (name TEXT);");
        TestDatabase.Create(geheim.DatabasePath, "CREATE TABLE state (value TEXT); INSERT INTO state VALUES ('secret');");
        await portal.Get<ScheduleStore>().SaveAsync(goethe.Id, false, new TimeOnly(3, 30), "test", Token);
        await portal.Get<FriendlyNameStore>().SaveAsync(goethe.Id, [new FriendlyName("pupils", null, "Pupils")], "test", Token);
        await BackupAsync(portal, goethe, SnapshotOrigin.Manual, "Vor den \"Ferien\" — 100 %\n'; DROP TABLE tenants; --");
        await BackupAsync(portal, goethe, SnapshotOrigin.Imported, null);
        var wanted = await BackupAsync(portal, goethe, SnapshotOrigin.Automatic, "");
        TestDatabase.Execute(goethe.DatabasePath, "UPDATE state SET value = 'before the restore'");
        await RunAsync(portal, goethe, OperationKind.Restore, RestoreArguments.ToJson(wanted));
        await BackupAsync(portal, park, SnapshotOrigin.Manual, null);
        await using (var sealing = Open(withKey: true))
            await BackupAsync(sealing, geheim, SnapshotOrigin.Manual, null);
        SqliteConnection.ClearAllPools();
        return (goethe, park);
    }

    private TestPortal Open(bool withKey) => TestPortal.OverFolder(_folder, services =>
    {
        if (withKey)
            services.Configure<EncryptionOptions>(options => (options.Enabled, options.MasterKey) = (true, _key));
    });

    private void LoseCatalog()
    {
        foreach (var file in Directory.GetFiles(Root.Path, "portal.db*").Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
            File.Delete(file);
    }

    private static RebuildRequest Request(bool replace, params (string Slug, string Path)[] databases) =>
        new(replace, databases.ToDictionary(one => TenantSlug.Parse(one.Slug), one => one.Path), new Dictionary<TenantSlug, string>(), "test");

    private static async Task<RebuildResult> RebuildAsync(TestPortal portal, bool replace = false, params (string Slug, string Path)[] databases)
    {
        await using (portal)
            return await portal.Get<CatalogRebuild>().RunAsync(Request(replace, databases), Token);
    }

    private static async Task<SnapshotId> BackupAsync(TestPortal portal, Tenant tenant, SnapshotOrigin origin, string? note) =>
        (await RunAsync(portal, tenant, OperationKind.Backup, new BackupArguments(origin, note).ToJson())).Outcome!.Snapshot!;

    private static async Task<OperationView> RunAsync(TestPortal portal, Tenant tenant, OperationKind kind, string arguments)
    {
        var ended = await portal.Get<OperationRunner>().RunNowAsync(tenant, kind, arguments, "anna", null, Token);
        Assert.True(ended.State == OperationState.Succeeded, $"{ended.Error} {ended.Hint}");
        return ended;
    }

    private static string? Read(Tenant tenant) => TestDatabase.Scalar(tenant.DatabasePath, "SELECT value FROM state") as string;

    private static int CountTenants(string catalog) => Convert.ToInt32(TestDatabase.Scalar(catalog, "SELECT count(*) FROM tenants"), System.Globalization.CultureInfo.InvariantCulture);
}
