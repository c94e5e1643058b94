using System.Runtime.Versioning;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Demo;
using BackupPortal.Core.Export;
using BackupPortal.Core.Import;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Export;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Import;

/// <summary>A backup leaves in a format of ours and comes back, without anything lost.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ThereAndBackTests
{
    private const string Passphrase = "four words are enough";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static TheoryData<string, ExportFormat> Cases
    {
        get
        {
            var cases = new TheoryData<string, ExportFormat>();
            foreach (var database in new[] { "chinook", "demo", "nasty" })
            {
                foreach (var format in new[] { ExportFormat.Zip, ExportFormat.SqliteFile, ExportFormat.SqliteSql })
                    cases.Add(database, format);
            }
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task ExportThenImport_RealDatabases_GiveEqualContent(string database, ExportFormat format)
    {
        await using var world = await RestoreWorld.CreateAsync();
        await MakeAsync(world, database);
        var then = await world.BackupAsync();
        var file = world.Portal.Folder["out" + ExportFormats.ExtensionOf(format)];
        await world.Portal.Get<SnapshotExport>().ToFileAsync(world.Tenant, new ExportRequest(then, format), file, readsBack: true, static (_, _, _) => { }, Token);

        var done = await world.SucceedAsync(OperationKind.Import, new ImportArguments(File: file).ToJson());

        var (before, after) = (await UnpackAsync(world, then), await UnpackAsync(world, done.Outcome!.Snapshot!));
        if (format == ExportFormat.SqliteSql)
            Assert.Equal(DatabaseContent.Of(before), DatabaseContent.Of(after));
        else
            Assert.Equal("", await StockTool.RunAsync("cmp", before, after));
    }

    [Fact]
    public async Task ExportThenImport_EncryptedCopyInItsPlace_NeedsThePassphraseAndIsTheSame()
    {
        await using var world = await RestoreWorld.CreateAsync();
        await MakeAsync(world, "chinook");
        world.Write("deep/photo.jpg", "a photo");
        File.SetLastWriteTimeUtc(Path.Combine(world.Files, "deep/photo.jpg"), new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.CreateSymbolicLink(Path.Combine(world.Files, "deep/link"), "photo.jpg");
        var then = await world.BackupAsync();
        var ticket = world.Portal.Get<HeldPassphrases>().Hold(Passphrase);
        await world.SucceedAsync(OperationKind.Export, new ExportArguments(then.Value, ExportFormat.Zip, CopyPlaces.Own, ticket).ToJson());
        var copy = Assert.Single(world.Portal.Get<KeptFiles>().ListCopies(world.Tenant));
        var arguments = new ImportArguments(Copy: copy.Name, Place: copy.Place);

        var none = await world.RunAsync(OperationKind.Import, arguments.ToJson());
        var wrong = await world.RunAsync(OperationKind.Import, (arguments with { Passphrase = world.Portal.Get<HeldPassphrases>().Hold(Passphrase + "!") }).ToJson());
        var done = await world.SucceedAsync(OperationKind.Import, (arguments with { Passphrase = world.Portal.Get<HeldPassphrases>().Hold(Passphrase) }).ToJson());

        Assert.Equal(["PassphraseNeeded", "PassphraseWrong"], new[] { none, wrong }.Select(view => view.Error!.Key));
        Assert.True(File.Exists(copy.Path));
        await AssertNothingDiffersFromLiveAsync(world, done.Outcome!.Snapshot!);
        Assert.Empty(Directory.GetDirectories(world.Tenant.Home.Scratch, "import-*"));
    }

    [Fact]
    public async Task Compare_ImportedFileOfTheSameSizeAndTime_SeesThatItsContentIsAnother()
    {
        await using var world = await RestoreWorld.CreateAsync();
        await MakeAsync(world, "chinook");
        world.Write("a.txt", "then");
        var time = new DateTime(2024, 5, 6, 7, 8, 10, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(Path.Combine(world.Files, "a.txt"), time);
        var file = world.Portal.Folder["copy.zip"];
        await world.Portal.Get<SnapshotExport>().ToFileAsync(
            world.Tenant, new ExportRequest(await world.BackupAsync(), ExportFormat.Zip), file, readsBack: true, static (_, _, _) => { }, Token);
        world.Write("a.txt", "now!");
        File.SetLastWriteTimeUtc(Path.Combine(world.Files, "a.txt"), time);

        var done = await world.SucceedAsync(OperationKind.Import, new ImportArguments(File: file).ToJson());

        using var comparison = await world.Portal.Get<StateComparer>().RunAsync(world.Tenant, done.Outcome!.Snapshot!, null, null, Token);
        Assert.Equal(1, comparison.Files.Revert);
    }

    private static async Task MakeAsync(RestoreWorld world, string database)
    {
        switch (database)
        {
            case "chinook":
                File.Copy(Path.Combine(AppContext.BaseDirectory, "Data", "chinook.db"), world.Database, overwrite: true);
                break;
            case "demo":
                File.Delete(world.Database);
                Directory.Delete(world.Files, recursive: true);
                await DemoSchoolGenerator.WriteAsync(DemoSchool.Park with { LastGrade = 1, ClassesPerGrade = 1 }, world.Database, world.Files, Token);
                break;
            default:
                TestDatabase.Create(world.Database, NastySchema.Sql);
                break;
        }
    }

    private static async Task<string> UnpackAsync(RestoreWorld world, SnapshotId snapshot)
    {
        var file = world.Portal.Folder[$"{snapshot}.db"];
        await world.Portal.Get<SnapshotExport>().ToFileAsync(
            world.Tenant, new ExportRequest(snapshot, ExportFormat.SqliteFile), file, readsBack: false, static (_, _, _) => { }, Token);
        return file;
    }

    private static async Task AssertNothingDiffersFromLiveAsync(RestoreWorld world, SnapshotId snapshot)
    {
        using var comparison = await world.Portal.Get<StateComparer>().RunAsync(world.Tenant, snapshot, null, null, Token);
        Assert.True(comparison.IsNone, "something differs");
    }
}
