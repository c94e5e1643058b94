using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Catalog;

public class TenantRegistrationTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Add_OnlyNameAndSlug_MakesFoldersWalDatabaseScheduleAndAudit()
    {
        var clock = new FakeClock(new DateTimeOffset(2026, 11, 20, 20, 0, 0, TimeSpan.Zero));
        await using var portal = await TestPortal.CreateAsync(services => services.AddSingleton<TimeProvider>(clock));

        var tenant = await AddAsync(portal, new NewTenant("park", "  Park-Schule ", null, null, null));

        Assert.Equal("Park-Schule", tenant.Name);
        Assert.Equal("Europe/Berlin", tenant.TimeZone.Id);
        Assert.Equal("wal", TestDatabase.Scalar(tenant.DatabasePath, "PRAGMA journal_mode"));
        Assert.True(Directory.Exists(tenant.FilesPath));
        Assert.True(Directory.Exists(tenant.Home.Repository));
        Assert.Equal(tenant, await portal.Get<TenantStore>().FindAsync(tenant.Id, None));
        var schedule = await portal.Get<ScheduleStore>().GetAsync(tenant.Id, None);
        Assert.Equal((true, new TimeOnly(2, 0)), (schedule.IsOn, schedule.At));
        Assert.InRange(schedule.NextRunUtc!.Value, clock.GetUtcNow(), clock.GetUtcNow().AddHours(26));
        Assert.Equal("AuditTenantAdded", Assert.Single(await portal.Get<AuditLog>().ListAsync(tenant.Id, 10, None)).What.Key);
    }

    [Fact]
    public async Task Add_EverythingWrong_TellsAllAtOnce()
    {
        await using var portal = await TestPortal.CreateAsync();

        var problems = await ProblemsAsync(portal, new NewTenant("Groß", " ", "Europe/Nowhere", "/nowhere/a.db", "/nowhere/files"), trust: true);

        Assert.Equal(
            ["Slug:SlugInvalid", "Name:NameInvalid", "TimeZone:TimeZoneUnknown", "DatabasePath:DatabaseMissing", "FilesPath:FilesMissing"], problems);
    }

    [Theory]
    [InlineData("host", "SlugReserved")]
    [InlineData("setup", "SlugReserved")]
    [InlineData("a", "SlugInvalid")]
    [InlineData("..", "SlugInvalid")]
    [InlineData("a/b", "SlugInvalid")]
    [InlineData("taken", "SlugTaken")]
    public async Task Add_ImpossibleSlug_IsRefused(string slug, string expected)
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddTenantAsync("taken");

        var problems = await ProblemsAsync(portal, new NewTenant(slug, "x", null, null, null), trust: false);

        // The default place of a taken slug is taken as well.
        Assert.Equal($"Slug:{expected}", problems[0]);
    }

    [Fact]
    public async Task Add_FileThatIsNoDatabase_IsRefusedAndUnchanged()
    {
        await using var portal = await TestPortal.CreateAsync();
        var file = portal.Folder["letter.txt"];
        await File.WriteAllTextAsync(file, new string('x', 5000), None);

        Assert.Equal(["DatabasePath:DatabaseIsNone"], await ProblemsAsync(portal, new NewTenant("park", "x", null, file, null), trust: true));
        Assert.Equal(new string('x', 5000), await File.ReadAllTextAsync(file, None));
    }

    [Fact]
    public async Task Add_EmptyFile_IsADatabaseWithoutTables()
    {
        await using var portal = await TestPortal.CreateAsync();
        var file = portal.Folder["empty.db"];
        await File.WriteAllBytesAsync(file, [], None);

        Assert.Equal(file, (await AddAsync(portal, new NewTenant("park", "x", null, file, null), trust: true)).DatabasePath);
    }

    [Fact]
    public async Task Add_FolderAsDatabaseAndFileAsFolder_AreRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        var (folder, file) = (portal.Folder["folder"], portal.Folder["file"]);
        Directory.CreateDirectory(folder);
        await File.WriteAllTextAsync(file, "x", None);

        Assert.Equal(
            ["DatabasePath:DatabaseIsFolder", "FilesPath:FilesIsFile"],
            await ProblemsAsync(portal, new NewTenant("park", "x", null, folder, file), trust: true));
    }

    [Fact]
    public async Task Add_Pipe_IsRefusedWithoutWaitingForIt()
    {
        await using var portal = await TestPortal.CreateAsync();
        var pipe = portal.Folder["pipe"];
        using (var made = System.Diagnostics.Process.Start("mkfifo", pipe))
            await made.WaitForExitAsync(None);

        Assert.Equal(["DatabasePath:DatabaseIsNone"], await ProblemsAsync(portal, new NewTenant("park", "x", null, pipe, null), trust: true));
    }

    [Theory]
    [InlineData("same")]
    [InlineData("symlink")]
    [InlineData("linked folder")]
    [InlineData("dots")]
    [InlineData("hard link")]
    public async Task Add_DatabaseOfAnotherSchool_IsRefusedUnderAnyName(string how)
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = NewDatabase(portal, "real/app.db");
        await AddAsync(portal, new NewTenant("first", "x", null, database, null), trust: true);

        var other = how switch
        {
            "same" => database,
            "symlink" => File.CreateSymbolicLink(portal.Folder["link.db"], database).FullName,
            "linked folder" => Path.Combine(Directory.CreateSymbolicLink(portal.Folder["linked"], portal.Folder["real"]).FullName, "app.db"),
            "dots" => Path.Combine(portal.Folder.Path, "real", "..", "real", "app.db"),
            _ => await HardLinkAsync(database, portal.Folder["hard.db"]),
        };

        Assert.Equal(["DatabasePath:DatabaseUsedBy"], await ProblemsAsync(portal, new NewTenant("second", "x", null, other, null), trust: true));
    }

    [Theory]
    [InlineData("portal.db", "DatabaseIsCatalog")]
    [InlineData("tenants/park/backups/a.db", "PathIsPortals")]
    [InlineData("tenants/other/scratch/a.db", "PathIsPortals")]
    [InlineData("tenants/a.db", "PathIsPortals")]
    [InlineData("keys/a.db", "PathIsPortals")]
    public async Task Add_DatabaseInThePortalsOwnPlaces_IsRefusedEvenWhenTrusted(string place, string expected)
    {
        await using var portal = await TestPortal.CreateAsync();
        var file = Path.Combine(portal.Root.Path, place);

        Assert.Equal([$"DatabasePath:{expected}"], await ProblemsAsync(portal, new NewTenant("park", "x", null, file, null), trust: true));
    }

    [Fact]
    public async Task Add_CatalogUnderAnotherName_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        var link = await HardLinkAsync(portal.Root.CatalogFile, portal.Folder["mine.db"]);

        Assert.Equal(["DatabasePath:DatabaseIsCatalog"], await ProblemsAsync(portal, new NewTenant("park", "x", null, link, null), trust: true));
    }

    [Fact]
    public async Task Add_FilesFolderThatHoldsTooMuch_IsRefused()
    {
        await using var portal = await TestPortal.CreateAsync();
        var first = await portal.AddTenantAsync("first");
        var inFirst = Path.Combine(first.FilesPath, "deep");
        Directory.CreateDirectory(inFirst);
        var database = NewDatabase(portal, "own/app.db");

        Assert.Equal(["FilesPath:PathContainsDataRoot"], await FilesProblemAsync(portal.Folder.Path));
        Assert.Equal(["FilesPath:PathContainsDataRoot"], await FilesProblemAsync(portal.Root.Path));
        Assert.Equal(["FilesPath:PathIsPortals"], await FilesProblemAsync(portal.Root.Tenants));
        Assert.Equal(["FilesPath:PathIsPortals"], await FilesProblemAsync(first.Home.Path));
        Assert.Equal(["FilesPath:FilesUsedBy"], await FilesProblemAsync(first.FilesPath));
        Assert.Equal(["FilesPath:FilesUsedBy"], await FilesProblemAsync(inFirst));
        Assert.Equal(
            ["DatabasePath:DatabaseInOwnFiles"],
            await ProblemsAsync(portal, new NewTenant("park", "x", null, database, Path.GetDirectoryName(database)), trust: true));

        Task<List<string>> FilesProblemAsync(string files) =>
            ProblemsAsync(portal, new NewTenant("park", "x", null, null, files), trust: true);
    }

    [Fact]
    public async Task Add_FromTheBrowserOutsideAllowedRoots_IsRefusedWithoutALook()
    {
        await using var portal = await TestPortal.CreateAsync();
        var database = NewDatabase(portal, "outside/app.db");
        Directory.CreateDirectory(portal.Root.HomeOf(TenantSlug.Parse("park")).Path);
        var inside = Path.Combine(portal.Root.HomeOf(TenantSlug.Parse("park")).Path, "link.db");
        File.CreateSymbolicLink(inside, database);

        Assert.Equal(["DatabasePath:PathNotAllowed"], await ProblemAsync(database));
        Assert.Equal(["DatabasePath:PathNotAllowed"], await ProblemAsync(portal.Folder["outside/not-there.db"]));
        Assert.Equal(["DatabasePath:PathNotAllowed"], await ProblemAsync(inside));
        Assert.Equal(["DatabasePath:PathNotAllowed"], await ProblemAsync(Path.Combine(portal.Root.Tenants, "..", "..", "outside", "app.db")));
        Assert.Equal(["DatabasePath:PathUnusable"], await ProblemAsync("a\0b"));

        Task<List<string>> ProblemAsync(string path) => ProblemsAsync(portal, new NewTenant("park", "x", null, path, null), trust: false);
    }

    [Fact]
    public async Task Add_FromTheBrowserInAnAllowedRoot_IsTaken()
    {
        using var folder = new TestFolder();
        await using var portal = await TestPortal.CreateAsync(
            services => services.Configure<RegistrationOptions>(options => options.AllowedRoots.Add(folder.Path)));
        var database = folder["app.db"];
        Create(database);

        Assert.Equal(database, (await AddAsync(portal, new NewTenant("park", "x", null, database, null))).DatabasePath);
    }

    [Fact]
    public async Task Add_AfterACrashBetweenFoldersAndRow_TakesThemOver()
    {
        await using var portal = await TestPortal.CreateAsync();
        var home = portal.Root.HomeOf(TenantSlug.Parse("park"));
        Directory.CreateDirectory(home.DefaultFiles);
        Create(home.DefaultDatabase);

        Assert.Equal(1L, TestDatabase.Scalar((await AddAsync(portal, new NewTenant("park", "x", null, null, null))).DatabasePath, "SELECT id FROM pupils"));
    }

    [Fact]
    public async Task Add_SameDatabaseTwiceAtOnce_OneWins()
    {
        await using var one = await TestPortal.CreateAsync();
        await using var two = await TestPortal.CreateAsync(shareWith: one);
        var database = NewDatabase(one, "real/app.db");

        var results = await Task.WhenAll(
            Task.Run(() => ProblemsAsync(one, new NewTenant("first", "x", null, database, null), trust: true)),
            Task.Run(() => ProblemsAsync(two, new NewTenant("second", "x", null, database, null), trust: true)));

        Assert.Single(results, problems => problems.Count == 0);
        Assert.Single(results, problems => problems.SequenceEqual(["DatabasePath:DatabaseUsedBy"]));
    }

    [Fact]
    public async Task List_DataRootThatWasMoved_FindsLiveDataInItsNewPlace()
    {
        await using var portal = await TestPortal.CreateAsync();
        await portal.AddTenantAsync("park");
        var moved = new DataRoot(portal.Folder["moved"]);
        var store = new TenantStore(moved, portal.Get<CatalogSql>());

        Assert.Equal(moved.HomeOf(TenantSlug.Parse("park")).DefaultDatabase, Assert.Single(await store.ListAsync(None)).DatabasePath);
    }

    private static Task<Tenant> AddAsync(TestPortal portal, NewTenant request, bool trust = false) =>
        portal.Get<TenantRegistration>().AddAsync(request, trust, "test", None);

    private static async Task<List<string>> ProblemsAsync(TestPortal portal, NewTenant request, bool trust)
    {
        try
        {
            await AddAsync(portal, request, trust);
            return [];
        }
        catch (InvalidTenantException invalid)
        {
            Assert.All(invalid.Problems, problem => Assert.DoesNotContain("Catalog.", problem.Problem.ToString(), StringComparison.Ordinal));
            return [.. invalid.Problems.Select(problem => $"{problem.Field}:{problem.Problem.Key}")];
        }
    }

    private static string NewDatabase(TestPortal portal, string name)
    {
        var file = portal.Folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        Create(file);
        return file;
    }

    private static void Create(string file) => TestDatabase.Create(file, "CREATE TABLE pupils (id INTEGER); INSERT INTO pupils VALUES (1);");

    private static async Task<string> HardLinkAsync(string file, string name)
    {
        using var made = System.Diagnostics.Process.Start("ln", [file, name]);
        await made.WaitForExitAsync(None);
        Assert.Equal(0, made.ExitCode);
        return name;
    }
}
