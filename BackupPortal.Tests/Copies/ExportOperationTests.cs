using BackupPortal.Core.Copies;
using BackupPortal.Core.Export;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Export;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Storage;

namespace BackupPortal.Tests.Copies;

public sealed class ExportOperationTests
{
    private const string Passphrase = "four words are enough";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_ToDownload_IsReadBackAndKeptForADay()
    {
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services.AddSingleton<TimeProvider>(clock));
        await using var owned = world;

        var done = await world.SucceedAsync(OperationKind.Export, new ExportArguments(then.Value, ExportFormat.Zip).ToJson());

        var details = ExportDetails.Find(done)!;
        var kept = Kept(world).Find(world.Tenant, details.Place, details.Name)!;
        Assert.Equal(details.Sha256, (await StockTool.RunAsync("sha256sum", kept.Path)).Split(' ')[0]);
        Assert.Equal(then.Value, kept.Note!.Snapshot);
        Assert.Equal([kept], Kept(world).ListDownloads(world.Tenant));
        Assert.Empty(Kept(world).ListCopies(world.Tenant));
        await StockTool.RunAsync("unzip", "-tq", kept.Path);
        AssertNothingIsUnfinished(world);

        clock.Advance(TimeSpan.FromHours(23));
        Assert.Equal(0, Kept(world).DeleteExpired(world.Tenant));
        clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(1, Kept(world).DeleteExpired(world.Tenant));
        Assert.Empty(Directory.GetFileSystemEntries(world.Tenant.Home.Exports));
    }

    [Fact]
    public async Task Run_LocalCopyTwice_KeepsBothAndDeletesOne()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var owned = world;

        await world.SucceedAsync(OperationKind.Export, CopyOf(then));
        await world.SucceedAsync(OperationKind.Export, CopyOf(then));

        var copies = Kept(world).ListCopies(world.Tenant);
        Assert.Equal(2, copies.Select(copy => copy.Name).Distinct().Count());
        Assert.All(copies, copy => Assert.Equal(CopyPlaces.Own, copy.Place));
        await Kept(world).DeleteAsync(world.Tenant, copies[0].Place, copies[0].Name, "anna", Stop);
        Assert.Equal([copies[1]], Kept(world).ListCopies(world.Tenant));
        Assert.Equal(2, Directory.GetFiles(world.Tenant.Home.Copies).Length);
        Assert.Equal("FileGone", (await Assert.ThrowsAsync<Core.Messages.PortalException>(
            () => Kept(world).DeleteAsync(world.Tenant, copies[0].Place, copies[0].Name, "anna", Stop))).What.Key);
    }

    [Fact]
    public async Task Run_WithAPassphrase_KeepsItNowhereAndNeedsItAgainAfterARestart()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var owned = world;
        var arguments = new ExportArguments(then.Value, ExportFormat.Zip, CopyPlaces.Own, world.Portal.Get<HeldPassphrases>().Hold(Passphrase)).ToJson();

        await world.SucceedAsync(OperationKind.Export, arguments);
        var again = await world.RunAsync(OperationKind.Export, arguments);

        var copy = Assert.Single(Kept(world).ListCopies(world.Tenant));
        Assert.True(copy.Note!.IsEncrypted);
        await using (var file = File.OpenRead(copy.Path))
        {
            using var opened = ContainerReadStream.Open(file, Passphrase);
            Assert.Equal('P', opened.ReadByte());
        }
        Assert.DoesNotContain(Passphrase, arguments, StringComparison.Ordinal);
        Assert.Equal("", (await StockTool.TryAsync("grep", "-rlF", Passphrase, world.Portal.Root.Path)).Printed);
        Assert.Equal(OperationState.Failed, again.State);
        Assert.Equal("PassphraseGone", again.Error!.Key);
    }

    [Fact]
    public async Task Run_PlaceOfTheOperators_GoesToTheSchoolsOwnFolderThere()
    {
        using var folder = new TestFolder();
        var (world, then) = await RestoreWorld.CreateChangedAsync(configure: services => services.Configure<CopyOptions>(options =>
        {
            options.Folders.Add(new CopyFolder { Name = "disk", Path = folder["disk"] });
            options.Folders.Add(new CopyFolder { Name = "usb", Path = folder["usb"], MustBeMounted = true });
        }));
        await using var owned = world;
        Directory.CreateDirectory(folder["usb"]);

        var missing = await world.RunAsync(OperationKind.Export, CopyOf(then, "disk"));
        var notMounted = await world.RunAsync(OperationKind.Export, CopyOf(then, "usb"));
        var unknown = await world.RunAsync(OperationKind.Export, CopyOf(then, "../../etc"));
        Directory.CreateDirectory(folder["disk"]);
        await world.SucceedAsync(OperationKind.Export, CopyOf(then, "disk"));

        Assert.Equal(["PlaceMissing", "PlaceMissing", "PlaceUnknown"], new[] { missing, notMounted, unknown }.Select(view => view.Error!.Key));
        Assert.Empty(Directory.GetFileSystemEntries(folder["usb"]));
        Assert.Equal(folder["disk/school"], Path.GetDirectoryName(Assert.Single(Kept(world).ListCopies(world.Tenant)).Path));
    }

    [Fact]
    public async Task Run_OnADiskThatFillsUp_SaysSoAndLeavesNothing()
    {
        using var folder = new TestFolder();
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 1);
        var (world, then) = await RestoreWorld.CreateChangedAsync(
            configure: services => services.Configure<CopyOptions>(options => options.Folders.Add(new CopyFolder { Name = "small", Path = disk.Path, MustBeMounted = true })),
            more: "CREATE TABLE noise (content BLOB); INSERT INTO noise SELECT randomblob(1000) FROM state, (SELECT 1 UNION SELECT 2 UNION SELECT 3 UNION SELECT 4);");
        await using var owned = world;

        var full = await world.RunAsync(OperationKind.Export, CopyOf(then, "small"));

        Assert.Equal(OperationState.Failed, full.State);
        Assert.Contains("No space left", full.Error!.ToString(), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(disk.Path, "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateDirectories(world.Tenant.Home.Scratch, "export-*"));
    }

    [Theory]
    [InlineData(OperationPhase.Unpack)]
    [InlineData(OperationPhase.Write)]
    [InlineData(OperationPhase.Verify)]
    public async Task Run_CancelledInAnyPhase_LeavesNothing(OperationPhase phase)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var owned = world;
        using var cancel = new CancellationTokenSource();
        var handler = world.Portal.Services.GetServices<IOperationHandler>().Single(one => one.Kind == OperationKind.Export);
        var context = new OperationContext(OperationId.Create(), world.Tenant, CopyOf(then), "anna", new CancelInPhase(phase, cancel));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handler.RunAsync(context, cancel.Token));

        Assert.Empty(Directory.EnumerateFiles(world.Tenant.Home.Copies, "*", SearchOption.AllDirectories));
        AssertNothingIsUnfinished(world);
    }

    [Fact]
    public async Task Run_AfterAKilledOne_ClearsWhatThatLeft()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var owned = world;
        var left = Path.Combine(world.Tenant.Home.Copies, KeptFiles.Unfinished, "school-2026.zip.part");
        Directory.CreateDirectory(Path.GetDirectoryName(left)!);
        await File.WriteAllTextAsync(left, "half", Stop);
        Assert.Empty(Kept(world).ListCopies(world.Tenant));

        await world.SucceedAsync(OperationKind.Export, CopyOf(then));

        Assert.False(File.Exists(left));
    }

    [Fact]
    public async Task Find_NamesThatLeadElsewhere_FindNothing()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var owned = world;
        await world.SucceedAsync(OperationKind.Export, CopyOf(then));
        var copy = Assert.Single(Kept(world).ListCopies(world.Tenant));
        File.CreateSymbolicLink(Path.Combine(world.Tenant.Home.Copies, "link.zip"), world.Portal.Root.CatalogFile);

        foreach (var name in new[] { "../portal.db", "..", ".", "", "link.zip", copy.Name + CopyNote.Suffix, ".unfinished", "a/b.zip", "a\0.zip", new string('a', 300) + ".zip" })
            Assert.Null(Kept(world).Find(world.Tenant, CopyPlaces.Own, name));
        Assert.Null(Kept(world).Find(world.Tenant, "elsewhere", copy.Name));
        Assert.NotNull(Kept(world).Find(world.Tenant, CopyPlaces.Own, copy.Name));
        Assert.Equal([copy], Kept(world).ListCopies(world.Tenant));
    }

    [Fact]
    public async Task List_FileThatSomebodyPutThere_IsShownAsUnknown()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var owned = world;
        await world.SucceedAsync(OperationKind.Export, CopyOf(then));
        var copy = Assert.Single(Kept(world).ListCopies(world.Tenant));
        await File.AppendAllTextAsync(copy.Path, "changed", Stop);
        await File.WriteAllTextAsync(Path.Combine(world.Tenant.Home.Copies, "mine.zip"), "mine", Stop);

        Assert.All(Kept(world).ListCopies(world.Tenant), one => Assert.Null(one.Note));
        Assert.Equal(2, Kept(world).ListCopies(world.Tenant).Count);
    }

    private static string CopyOf(SnapshotId snapshot, string place = CopyPlaces.Own) => new ExportArguments(snapshot.Value, ExportFormat.Zip, place).ToJson();

    private static KeptFiles Kept(RestoreWorld world) => world.Portal.Get<KeptFiles>();

    private static void AssertNothingIsUnfinished(RestoreWorld world)
    {
        Assert.Empty(Directory.EnumerateDirectories(world.Tenant.Home.Scratch, "export-*"));
        Assert.Empty(Directory.EnumerateFileSystemEntries(world.Portal.Root.Tenants, KeptFiles.Unfinished, new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 }));
    }

    private sealed class CancelInPhase(OperationPhase wanted, CancellationTokenSource cancel) : IOperationSink
    {
        public void EnterPhase(OperationPhase phase)
        {
            if (phase == wanted)
                cancel.Cancel();
        }

        public void Report(long doneBytes, long totalBytes)
        {
            // How far it is does not matter here.
        }

        public void ReportWait(TimeSpan left, TimeSpan total) => throw new NotSupportedException();

        public void Log(LogSeverity severity, Core.Messages.Message text)
        {
            // Nobody reads it.
        }

        public void BeginCommit() => cancel.Token.ThrowIfCancellationRequested();
    }
}
