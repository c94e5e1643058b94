using BackupPortal.Core.Maintenance;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Retrieval;

public sealed class RetrievalTests
{
    private const string School =
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE teachers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE);
        CREATE TABLE classes (id INTEGER PRIMARY KEY, name TEXT NOT NULL, tutor INTEGER REFERENCES teachers(id));
        CREATE TABLE students (id INTEGER PRIMARY KEY, class INTEGER NOT NULL REFERENCES classes(id) ON DELETE CASCADE, name TEXT NOT NULL, photo BLOB, points REAL);
        CREATE TABLE log (what TEXT);
        CREATE TABLE marks (student INTEGER NOT NULL, subject TEXT NOT NULL, value, PRIMARY KEY (student, subject)) WITHOUT ROWID;
        CREATE TABLE notes (text TEXT);
        CREATE TRIGGER students_are_logged AFTER INSERT ON students BEGIN INSERT INTO log VALUES ('new ' || new.name); END;
        CREATE TRIGGER students_are_logged_again AFTER UPDATE ON students BEGIN INSERT INTO log VALUES ('changed ' || new.name); END;
        INSERT INTO teachers VALUES (1, 'Ada', 'ada@example.org'), (2, 'Ben', 'ben@example.org');
        INSERT INTO classes VALUES (5, '5a', 1), (7, '7b', 2);
        INSERT INTO students VALUES (1, 5, 'Lena', x'00ff', 1.5), (2, 7, 'Zoë 🎒', NULL, 2), (3, 7, 'Tom', zeroblob(9000), 0.1);
        INSERT INTO marks VALUES (1, 'Math', 2), (2, 'Math', 'two'), (3, 'Art', NULL);
        INSERT INTO notes VALUES ('first'), ('second'), ('second');
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retrieve_DeletedRows_ComeBackAndNothingElseChanges()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students WHERE id = 3; UPDATE students SET points = 9 WHERE id = 1; INSERT INTO students VALUES (4, 5, 'Neu', NULL, 0); DELETE FROM log; DELETE FROM marks WHERE student = 3; DELETE FROM notes WHERE rowid = 2");

        var done = await RunAsync(world, new RetrievalArguments(then.Value, ["students", "marks", "notes"]));

        var plan = PlanOf(done);
        Assert.Equal([new RetrievedTable("marks", 1, 0, 0, 0, 0, 0), new RetrievedTable("notes", 1, 0, 0, 0, 0, 0), new RetrievedTable("students", 1, 0, 0, 0, 1, 0)], plan.Tables);
        Assert.Equal("1 5 Lena 9.0|2 7 Zoë 🎒 2.0|3 7 Tom 0.1|4 5 Neu 0.0", Text(world, "SELECT group_concat(id || ' ' || class || ' ' || name || ' ' || points, '|') FROM (SELECT * FROM students ORDER BY id)"));
        Assert.Equal(9000L, TestDatabase.Scalar(world.Database, "SELECT length(photo) FROM students WHERE id = 3"));
        Assert.Equal("null", Text(world, "SELECT typeof(value) FROM marks WHERE student = 3"));
        Assert.Equal("first|second|second", Text(world, "SELECT group_concat(text, '|') FROM (SELECT text FROM notes ORDER BY rowid)"));
        // Its triggers ran when the rows were new.
        Assert.Equal(0L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM log"));
        Assert.Null(done.Outcome!.Downtime);
        Assert.NotNull(done.Outcome.SafetySnapshot);
    }

    [Fact]
    public async Task Retrieve_RowsThatNeedOthers_BringsThoseToo()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("PRAGMA foreign_keys = ON; DELETE FROM classes WHERE id = 7; DELETE FROM teachers WHERE id = 2");

        var plan = PlanOf(await RunAsync(world, new RetrievalArguments(then.Value, ["students"], Where: "name LIKE 'Z%'")));

        Assert.Equal([new RetrievedTable("classes", 0, 1, 0, 0, 0, 0), new RetrievedTable("students", 1, 0, 0, 0, 0, 0), new RetrievedTable("teachers", 0, 1, 0, 0, 0, 0)], plan.Tables);
        Assert.Equal("1,2", Text(world, "SELECT group_concat(id) FROM (SELECT id FROM students ORDER BY id)"));
        Assert.Equal("7b Ben", Text(world, "SELECT c.name || ' ' || t.name FROM classes c JOIN teachers t ON t.id = c.tutor WHERE c.id = 7"));
    }

    [Fact]
    public async Task Retrieve_WithDependents_BringsWhatBelongsToTheChosenRows()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("PRAGMA foreign_keys = ON; DELETE FROM classes WHERE id = 7; DELETE FROM students WHERE id = 1");

        var plan = PlanOf(await RunAsync(world, new RetrievalArguments(then.Value, ["classes"], Where: "id = 7", WithDependents: true)));

        Assert.Equal([new RetrievedTable("classes", 1, 0, 0, 0, 0, 0), new RetrievedTable("students", 0, 0, 2, 0, 0, 0)], plan.Tables);
        Assert.Equal("2,3", Text(world, "SELECT group_concat(id) FROM (SELECT id FROM students ORDER BY id)"));
    }

    [Fact]
    public async Task Retrieve_WhatHasBeenTakenMeanwhile_IsListedAndNotOverwritten()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students WHERE class = 7; DELETE FROM classes WHERE id = 7; DELETE FROM teachers WHERE id = 2; INSERT INTO teachers VALUES (9, 'Other Ben', 'ben@example.org')");

        var done = await RunAsync(world, new RetrievalArguments(then.Value, ["teachers", "classes", "students"]));

        var plan = PlanOf(done);
        Assert.Equal(0, plan.Added);
        Assert.Equal(4, plan.ConflictCount);
        Assert.Contains(new RetrievalConflict("teachers", "2 · Ben · ben@example.org", RetrievalConflictReason.Taken, "email", "9 · Other Ben · ben@example.org"), plan.Conflicts);
        Assert.Contains(new RetrievalConflict("classes", "7 · 7b", RetrievalConflictReason.Unmet, "teachers"), plan.Conflicts);
        Assert.Equal("1,9", Text(world, "SELECT group_concat(id) FROM (SELECT id FROM teachers ORDER BY id)"));
        Assert.Equal(plan.ConflictCount, plan.Conflicts.Count);
        var log = await world.LogOfAsync(done);
        Assert.Contains("2 · Ben · ben@example.org cannot come back, because live data has another row with the same email: 9 · Other Ben", log, StringComparison.Ordinal);
        Assert.All(plan.Conflicts, conflict => Assert.Contains($"{conflict.Table}: {conflict.Row} cannot come back", log, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Retrieve_ManyConflicts_TellsManyOneByOneAndAllByNumber()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world, "WITH RECURSIVE n(i) AS (SELECT 11 UNION ALL SELECT i + 1 FROM n WHERE i < 310) INSERT INTO teachers SELECT i, 'Teacher ' || i, 'mail' || i FROM n;");
        world.Execute("UPDATE teachers SET id = id + 1000 WHERE id > 10");

        var done = await RunAsync(world, new RetrievalArguments(then.Value, ["teachers"]));

        var plan = PlanOf(done);
        Assert.Equal((300, RetrievalPlan.MostConflicts, 0), (plan.ConflictCount, plan.Conflicts.Count, plan.Added));
        Assert.Contains("100 more", await world.LogOfAsync(done), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retrieve_ReplacingWhatChanged_GivesOldValuesBehindTheFence()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("UPDATE students SET points = 9, name = 'X' WHERE id = 1; UPDATE marks SET value = 6 WHERE student = 2; UPDATE notes SET text = 'other' WHERE rowid = 1; DELETE FROM log; INSERT INTO notes VALUES ('new')");

        var done = await RunAsync(world, new RetrievalArguments(then.Value, ["students", "marks", "notes"], ReplaceChanged: true));

        Assert.Equal(3, PlanOf(done).Replaced);
        Assert.Equal("Lena 1.5", Text(world, "SELECT name || ' ' || points FROM students WHERE id = 1"));
        Assert.Equal("two text", Text(world, "SELECT value || ' ' || typeof(value) FROM marks WHERE student = 2"));
        Assert.Equal("first|second|second|new", Text(world, "SELECT group_concat(text, '|') FROM (SELECT text FROM notes ORDER BY rowid)"));
        Assert.Equal(0L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM log"));
        Assert.NotNull(done.Outcome!.Downtime);
        Assert.Null(world.Portal.Get<MaintenanceGuard>().Find(world.Tenant.Slug));
    }

    [Fact]
    public async Task Retrieve_ADroppedTable_BringsItBackWithItsIndexes()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world, "CREATE INDEX students_by_name ON students(name);");
        world.Execute("DROP TABLE students");

        await RunAsync(world, new RetrievalArguments(then.Value, ["students"]));

        Assert.Equal(3L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM students"));
        Assert.Equal(3L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'students' AND type IN ('index', 'trigger')"));
        Assert.Equal("ok", Text(world, "PRAGMA integrity_check"));
    }

    [Fact]
    public async Task Retrieve_RowsThatASearchTableIndexes_AreFoundAgain()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(
            world,
            """
            CREATE VIRTUAL TABLE search USING fts5(name, content='students', content_rowid='id');
            INSERT INTO search(search) VALUES ('rebuild');
            CREATE TRIGGER search_forgets AFTER DELETE ON students BEGIN INSERT INTO search(search, rowid, name) VALUES ('delete', old.id, old.name); END;
            """);
        world.Execute("DELETE FROM students WHERE id = 3");

        await RunAsync(world, new RetrievalArguments(then.Value, ["students"]));

        Assert.Equal(3L, TestDatabase.Scalar(world.Database, "SELECT rowid FROM search('Tom')"));
    }

    [Fact]
    public async Task Retrieve_WhereTheSchemaWentOn_FillsTheColumnsThatBothKnow()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students WHERE id = 3; ALTER TABLE students ADD COLUMN nick TEXT DEFAULT 'none'; ALTER TABLE students DROP COLUMN points; ALTER TABLE students RENAME COLUMN name TO full_name");

        await RunAsync(world, new RetrievalArguments(then.Value, ["students"]));

        Assert.Equal("Tom none", Text(world, "SELECT full_name || ' ' || nick FROM students WHERE id = 3"));
    }

    [Fact]
    public async Task Retrieve_WhatLiveDataRefuses_ChangesNothing()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students; CREATE UNIQUE INDEX only_one_without_a_photo ON students(class) WHERE name <> ''");

        var failed = await world.RunAsync(OperationKind.Retrieve, new RetrievalArguments(then.Value, ["students"]).ToJson());

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.Contains("Nothing was changed", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM students"));
    }

    [Theory]
    [InlineData("nobody", null, "students")]
    [InlineData("students", "1; DROP TABLE students", ";")]
    [InlineData("students", "no_such_column = 1", "no_such_column")]
    [InlineData("students", "1) OR (kind = 0", "kind")]
    public async Task Retrieve_WhatIsNotThere_IsRefusedWithAReason(string table, string? where, string told)
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students");

        var failed = await world.RunAsync(OperationKind.Retrieve, new RetrievalArguments(then.Value, [table], where).ToJson());

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.Contains(told, $"{failed.Error} {failed.Hint}", StringComparison.Ordinal);
        Assert.Equal(0L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM students"));
    }

    [Theory]
    [InlineData("tom", "1,2,3")]
    [InlineData("%", "1,2")]
    [InlineData("🎒", "1,2")]
    [InlineData("'", "1,2")]
    public async Task Retrieve_RowsFoundBySearch_ComeBackAlone(string search, string expected)
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students WHERE id = 3");

        await RunAsync(world, new RetrievalArguments(then.Value, ["students"], Search: search));

        Assert.Equal(expected, Text(world, "SELECT group_concat(id) FROM (SELECT id FROM students ORDER BY id)"));
    }

    [Fact]
    public async Task Retrieve_NothingMissing_SaysSoAndMakesNoSnapshot()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);

        var done = await RunAsync(world, new RetrievalArguments(then.Value, ["students"]));

        Assert.Null(done.Outcome!.SafetySnapshot);
        Assert.Contains("Nothing", done.Outcome.Summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retrieve_MissingFiles_ComeBackAndChangedOnesStay()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;

        var done = await RunAsync(world, new RetrievalArguments(then.Value, []) { Files = [""] });

        Assert.Equal(new RetrievedFiles(1, 0, 1, 1), PlanOf(done).Files);
        Assert.Equal([new RetrievalConflict("", "link", RetrievalConflictReason.Taken, "link")], PlanOf(done).Conflicts);
        Assert.Equal("then", File.ReadAllText(Path.Combine(world.Files, "deleted/deep.txt")));
        Assert.Equal("now, and longer", File.ReadAllText(Path.Combine(world.Files, "changed.txt")));
        Assert.Equal("now", File.ReadAllText(Path.Combine(world.Files, "added/new.txt")));
        Assert.Empty(Directory.GetDirectories(Path.Combine(world.Tenant.Home.Path, "retrievals")));
        await world.UndoAsync(done);
        Assert.False(File.Exists(Path.Combine(world.Files, "deleted/deep.txt")));
    }

    [Fact]
    public async Task Retrieve_RowsAndFilesReplaced_AreAsTheyWere()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;

        var done = await RunAsync(world, new RetrievalArguments(then.Value, ["state"], ReplaceChanged: true) { Files = ["/changed.txt", "deleted/"] });

        Assert.Equal(new RetrievedFiles(1, 1, 0, 0), PlanOf(done).Files);
        Assert.Equal("then", File.ReadAllText(Path.Combine(world.Files, "changed.txt")));
        Assert.Equal(500L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM state WHERE value = 'then'"));
        Assert.NotNull(done.Outcome!.Downtime);
    }

    [Fact]
    public async Task Retrieve_RowsThatAreRefused_TakeTheFilesBackToo()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        world.Execute("CREATE UNIQUE INDEX only_few ON state(value) WHERE id > 400");
        var before = world.ReadLive();

        var failed = await world.RunAsync(OperationKind.Retrieve, new RetrievalArguments(then.Value, ["state"]) { Files = [""] }.ToJson());

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.Equal(before, world.ReadLive());
    }

    [Fact]
    public async Task Undo_OfWhatCameBack_TakesItAwayAgain()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students WHERE id = 3");
        var done = await RunAsync(world, new RetrievalArguments(then.Value, ["students"]));

        await world.UndoAsync(done);

        Assert.Equal("1,2", Text(world, "SELECT group_concat(id) FROM (SELECT id FROM students ORDER BY id)"));
    }

    [Fact]
    public async Task Preview_BeforeAnything_TellsWhatTheOperationDoes()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students WHERE id = 3");
        var wanted = new RetrievalArguments(then.Value, ["students"]);

        var told = await world.Portal.Get<RetrievalPreview>().RunAsync(world.Tenant, wanted, null, Token);

        Assert.Equal(2L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM students"));
        Assert.Equal(told.ToJson(), PlanOf(await RunAsync(world, wanted)).ToJson());
        Assert.Empty(Directory.EnumerateFiles(world.Tenant.Home.Scratch, "retrieval.*"));
    }

    private static async Task<SnapshotId> BeginAsync(RestoreWorld world, string more = "")
    {
        TestDatabase.Create(world.Database, School + more);
        return await world.BackupAsync();
    }

    private static async Task<OperationView> RunAsync(RestoreWorld world, RetrievalArguments wanted)
    {
        var done = await world.SucceedAsync(OperationKind.Retrieve, wanted.ToJson());
        Assert.Equal("ok", Text(world, "PRAGMA integrity_check"));
        Assert.Null(TestDatabase.Scalar(world.Database, "SELECT 1 FROM pragma_foreign_key_check LIMIT 1"));
        return done;
    }

    private static RetrievalPlan PlanOf(OperationView done) => RetrievalPlan.FromJson(done.Outcome!.Details!);

    private static string? Text(RestoreWorld world, string sql) => (string?)TestDatabase.Scalar(world.Database, sql);
}
