using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Tests.Comparison;

public sealed class StateComparerTests
{
    private const string Students =
        """
        PRAGMA journal_mode = WAL;
        CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT NOT NULL, class TEXT, points REAL, photo BLOB);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)
        INSERT INTO students SELECT i, 'Student ' || i, 'Class ' || (i % 20), i * 0.25, randomblob(20) FROM n;
        CREATE INDEX students_class ON students(class);
        """;

    [Fact]
    public async Task Run_NothingChanged_FindsNothing()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        school.Write("letter.txt", "Dear parents");
        await school.BackupAsync();

        using var comparison = await school.CompareAsync();

        Assert.True(comparison.IsNone, ComparedSchool.Text(comparison));
    }

    [Fact]
    public async Task Run_RowsChanged_CountsEachKind()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        school.Change(
            """
            DELETE FROM students WHERE class = 'Class 7';
            UPDATE students SET points = points + 1 WHERE id BETWEEN 100 AND 134 AND class <> 'Class 7';
            INSERT INTO students(name) VALUES ('Zoë Müller 🎒');
            """);

        Assert.Equal("students +250 ~33 -1", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_ChangedAndChangedBack_FindsNothing()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        school.Change("UPDATE students SET points = points + 1; UPDATE students SET points = points - 1;");

        Assert.Equal("", await school.TablesAsync());
    }

    [Theory]
    [InlineData("VACUUM")]
    [InlineData("PRAGMA journal_mode = DELETE; PRAGMA page_size = 8192; VACUUM; PRAGMA journal_mode = WAL")]
    public async Task Run_EveryPageMoved_FindsOnlyRowsThatDiffer(string rebuild)
    {
        await using var school = await ComparedSchool.CreateAsync(Students + "CREATE TABLE notes (text); INSERT INTO notes SELECT name FROM students;");
        school.Change("DELETE FROM notes WHERE text = 'Student 3';");
        school.Change(rebuild);
        school.Change("DELETE FROM students WHERE id = 9");

        Assert.Equal("notes +1 ~0 -0\nstudents +1 ~0 -0", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_LongTextOverwrittenInPlace_IsFound()
    {
        await using var school = await ComparedSchool.CreateAsync(
            Students + "CREATE TABLE letters (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO letters SELECT id, hex(zeroblob(20000)) FROM students ORDER BY id LIMIT 20;");
        school.Change("UPDATE letters SET text = substr(text, 1, 30000) || 'X' || substr(text, 30002) WHERE id = 11");

        Assert.Equal("letters +0 ~1 -0", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_TablesWithoutNumbers_AreComparedByTheirKey()
    {
        await using var school = await ComparedSchool.CreateAsync(
            """
            CREATE TABLE grades (student INTEGER, subject TEXT, grade INTEGER, note TEXT, PRIMARY KEY (subject DESC, student)) WITHOUT ROWID;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000)
            INSERT INTO grades SELECT i, 'Subject ' || (i % 9), i % 6, CASE i % 10 WHEN 0 THEN hex(zeroblob(6000)) END FROM n;
            CREATE TABLE codes (code TEXT PRIMARY KEY, meaning);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) INSERT INTO codes SELECT 'code ' || i, i FROM n;
            """);
        school.Change(
            """
            DELETE FROM grades WHERE student = 77;
            UPDATE grades SET grade = 1 WHERE student = 78;
            UPDATE grades SET note = substr(note, 1, 9000) || 'X' || substr(note, 9002) WHERE student = 1000;
            INSERT INTO grades VALUES (9000, 'Subject 1', 2, NULL), (9001, 'Subject 1', 2, NULL);
            DELETE FROM codes WHERE code = 'code 5'; INSERT INTO codes VALUES ('code 5', 5);
            UPDATE codes SET meaning = 'other' WHERE code = 'code 6';
            UPDATE codes SET code = 'new code' WHERE code = 'code 7';
            """);

        Assert.Equal("codes +1 ~1 -1\ngrades +1 ~2 -2", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_RowsWithoutAKey_AreComparedByWhatTheyHold()
    {
        await using var school = await ComparedSchool.CreateAsync(
            "CREATE TABLE log (text, at); INSERT INTO log VALUES ('same', 1), ('same', 1), ('same', 1), (NULL, NULL), ('first', 2), ('last', 3);");
        school.Change("DELETE FROM log WHERE rowid = 2; UPDATE log SET at = 9 WHERE text = 'first'; INSERT INTO log VALUES ('more', x'00ff');");

        Assert.Equal("log +1 ~1 -1", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_StructureChanged_IsToldAndRowsAreComparedAllTheSame()
    {
        await using var school = await ComparedSchool.CreateAsync(Students + "CREATE TABLE rooms (name TEXT); INSERT INTO rooms VALUES ('A1'), ('A2');");
        school.Change(
            """
            ALTER TABLE students RENAME COLUMN points TO score;
            ALTER TABLE students ADD COLUMN phone TEXT DEFAULT 'none';
            ALTER TABLE rooms RENAME TO places;
            UPDATE students SET score = 0 WHERE id < 3;
            UPDATE students SET phone = '1' WHERE id = 9;
            INSERT INTO places VALUES ('A3');
            CREATE TABLE pets (name); INSERT INTO pets VALUES ('Rex');
            DROP INDEX students_class;
            CREATE VIEW everybody AS SELECT name FROM students;
            """);

        using var comparison = await school.CompareAsync();

        Assert.Equal("pets +0 ~0 -1\nrooms +0 ~0 -1\nstudents +0 ~2 -0", ComparedSchool.Text(comparison));
        Assert.Equal(
            [
                new(SchemaPart.Table, SchemaChange.Disappears, "pets"),
                new(SchemaPart.Table, SchemaChange.GetsOldNameBack, "rooms", OtherName: "places"),
                new(SchemaPart.Column, SchemaChange.GetsOldNameBack, "points", "students", "score"),
                new(SchemaPart.Column, SchemaChange.Disappears, "phone", "students"),
                new(SchemaPart.Index, SchemaChange.ComesBack, "students_class"),
                new(SchemaPart.View, SchemaChange.Disappears, "everybody"),
            ],
            comparison.Schema);
    }

    [Fact]
    public async Task Run_TableMadeAnewWithColumnsInAnotherOrder_ComparesThemByName()
    {
        await using var school = await ComparedSchool.CreateAsync(
            "CREATE TABLE people (first TEXT, last TEXT); INSERT INTO people VALUES ('Anna', 'Anna'), ('Ben', 'Berg'); CREATE TABLE r (id INTEGER PRIMARY KEY, v); INSERT INTO r VALUES (1, 'x')");
        school.Change(
            "DROP TABLE people; CREATE TABLE people (last TEXT, first TEXT); INSERT INTO people VALUES ('Anna', 'Anna'), ('Ben', 'Berg'); DROP TABLE r; CREATE TABLE r (id INTEGER, v); INSERT INTO r VALUES (NULL, 'x')");

        Assert.Equal("people +0 ~1 -0\nr +0 ~1 -0", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_TableDropped_ComesBackWithAllItsRows()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        school.Change("DROP TABLE students");

        using var comparison = await school.CompareAsync();

        Assert.Equal("students +5000 ~0 -0", ComparedSchool.Text(comparison));
        Assert.Contains(new SchemaDifference(SchemaPart.Table, SchemaChange.ComesBack, "students"), comparison.Schema);
    }

    [Fact]
    public async Task Run_FullTextIndexChanged_IsOneLine()
    {
        await using var school = await ComparedSchool.CreateAsync(
            """
            CREATE VIRTUAL TABLE letters USING fts5(subject, body);
            INSERT INTO letters VALUES ('Ausflug', 'Am Montag'), ('Ferien', 'Ab Freitag'), ('Noten', 'Bald');
            CREATE VIRTUAL TABLE places USING rtree(id, minX, maxX);
            INSERT INTO places VALUES (1, 0, 1), (2, 5, 6);
            """);
        school.Change(
            """
            DELETE FROM letters WHERE subject = 'Ferien'; UPDATE letters SET body = 'Sehr bald' WHERE subject = 'Noten';
            INSERT INTO letters VALUES ('Neu', 'Neues'); INSERT INTO places VALUES (3, 7, 8);
            """);

        Assert.Equal("letters +1 ~1 -1\nplaces +0 ~0 -1", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_EmptyDatabase_IsAStateLikeAnyOther()
    {
        await using var school = await ComparedSchool.CreateAsync("SELECT count(*) FROM sqlite_master");
        Assert.Equal("", await school.TablesAsync());
        school.Change(Students);

        Assert.Equal("students +0 ~0 -5000", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_UnusualNamesAndText_AreNoObstacle()
    {
        await using var school = await ComparedSchool.CreateAsync(
            """
            PRAGMA encoding = 'UTF-16le';
            CREATE TABLE "a ""b"" [c]" (rowid TEXT, oid TEXT, _rowid_ TEXT, "Schüler 🎒" TEXT);
            INSERT INTO "a ""b"" [c]" VALUES ('1', '2', '3', 'Zoë'), ('4', '5', '6', 'Łukasz'), ('4', '5', '6', 'Łukasz');
            CREATE TABLE k (rowid TEXT, id INTEGER PRIMARY KEY); INSERT INTO k VALUES ('x', 1), ('y', 2);
            CREATE TABLE w (a TEXT PRIMARY KEY, b) WITHOUT ROWID; INSERT INTO w VALUES ('Ä', 1), ('ß', 2), ('', 3);
            """);
        school.Change("""DELETE FROM "a ""b"" [c]" WHERE "Schüler 🎒" = 'Zoë'; UPDATE k SET rowid = 'z' WHERE id = 2; UPDATE w SET b = 9 WHERE a = 'ß';""");

        Assert.Equal("a \"b\" [c] +1 ~0 -0\nk +0 ~1 -0\nw +0 ~1 -0", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_TwoSnapshots_AreComparedWithoutLiveData()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        var first = school.Then;
        school.Change("DELETE FROM students WHERE id <= 10");
        var second = await school.BackupAsync();
        school.Change("DELETE FROM students");

        Assert.Equal("students +10 ~0 -0", await school.TablesAsync(second, first));
        Assert.Equal("students +0 ~0 -10", await school.TablesAsync(first, second));
        Assert.Equal("students +5000 ~0 -0", await school.TablesAsync(null, first));
    }

    [Fact]
    public async Task Run_FilesChanged_CountsEachKind()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        foreach (var name in new[] { "changed.txt", "deleted.txt", "touched.txt", "kept/deep.txt" })
            school.Write(name, "then");
        await school.BackupAsync();
        school.Write("changed.txt", "now!");
        File.Delete(school.FileOf("deleted.txt"));
        File.SetLastWriteTimeUtc(school.FileOf("touched.txt"), DateTime.UnixEpoch.AddYears(40));
        school.Write("new/one.txt", "now");
        school.Write("new/two.txt", "now");

        using var comparison = await school.CompareAsync();

        Assert.Equal(new FileDifferences(1, 1, 2), comparison.Files);
        Assert.Equal(["deleted.txt"], comparison.ReadFiles(DifferenceKind.ComeBack, 0, 20));
        Assert.Equal(["changed.txt"], comparison.ReadFiles(DifferenceKind.Revert, 0, 20));
        Assert.Equal(["new/one.txt", "new/two.txt"], comparison.ReadFiles(DifferenceKind.Disappear, 0, 20));
        Assert.Empty(comparison.Tables);
    }

    [Fact]
    public async Task ReadRows_EachKind_GivesValuesOfBothStates()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        school.Change("DELETE FROM students WHERE id = 3; UPDATE students SET points = 99, photo = NULL WHERE id = 4; INSERT INTO students(id, name) VALUES (6000, 'New')");

        using var comparison = await school.CompareAsync();
        var table = Assert.Single(comparison.Tables);
        var gone = comparison.ReadRows(table, DifferenceKind.ComeBack, 0, 20);
        var changed = Assert.Single(comparison.ReadRows(table, DifferenceKind.Revert, 0, 20).Rows);
        var added = Assert.Single(comparison.ReadRows(table, DifferenceKind.Disappear, 0, 20).Rows);

        Assert.Equal(["id", "name", "class"], gone.Columns.Where(column => column.IsTelling).Select(column => column.Name));
        Assert.Equal(("Student 3", null), (Assert.Single(gone.Rows).Snapshot![1]!.Text, gone.Rows[0].Other));
        Assert.Equal(("1", "99", "null"), (changed.Snapshot![3]!.Text, changed.Other![3]!.Text, changed.Other[4]!.Kind));
        Assert.Equal((null, "New"), (added.Snapshot, added.Other![1]!.Text));
        Assert.Empty(comparison.ReadRows(table, DifferenceKind.ComeBack, 1, 20).Rows);
    }

    [Fact]
    public async Task ReadRows_TablesWithoutNumbersOrOfOneState_AreFoundAsWell()
    {
        await using var school = await ComparedSchool.CreateAsync(
            "CREATE TABLE marks (a TEXT, b INTEGER, v, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO marks VALUES ('x', 1, 'old'), ('y', 2, 'kept'); CREATE TABLE gone (t); INSERT INTO gone VALUES ('a'), ('b');");
        school.Change("UPDATE marks SET v = 'new' WHERE b = 1; DROP TABLE gone; CREATE TABLE fresh (t); INSERT INTO fresh VALUES ('c')");

        using var comparison = await school.CompareAsync();
        var tables = comparison.Tables.ToDictionary(table => table.Name);
        var mark = Assert.Single(comparison.ReadRows(tables["marks"], DifferenceKind.Revert, 0, 20).Rows);

        Assert.Equal(("old", "new"), (mark.Snapshot![2]!.Text, mark.Other![2]!.Text));
        Assert.Equal(["a", "b"], comparison.ReadRows(tables["gone"], DifferenceKind.ComeBack, 0, 20).Rows.Select(row => row.Snapshot![0]!.Text));
        Assert.Equal("c", Assert.Single(comparison.ReadRows(tables["fresh"], DifferenceKind.Disappear, 0, 20).Rows).Other![0]!.Text);
    }

    [Fact]
    public async Task ReadRows_LongValueChangedFarBehind_SaysSo()
    {
        await using var school = await ComparedSchool.CreateAsync(
            "CREATE TABLE letters (id INTEGER PRIMARY KEY, text TEXT, seal BLOB, note TEXT); INSERT INTO letters VALUES (1, hex(zeroblob(20000)), zeroblob(9000), 'same')");
        school.Change("UPDATE letters SET text = substr(text, 1, 30000) || 'X' || substr(text, 30002), seal = CAST(zeroblob(8999) || x'01' AS BLOB)");

        using var comparison = await school.CompareAsync();
        var row = Assert.Single(comparison.ReadRows(Assert.Single(comparison.Tables), DifferenceKind.Revert, 0, 20).Rows);

        Assert.Equal(row.Snapshot![1], row.Other![1]);
        Assert.Equal([false, true, true, false], row.Changed);
    }

    [Fact]
    public async Task ReadRows_RowsThatCannotBeNumbered_AreFoundAsWell()
    {
        await using var school = await ComparedSchool.CreateAsync(
            """
            CREATE TABLE taken (rowid TEXT, oid TEXT, _rowid_ TEXT, name TEXT);
            INSERT INTO taken VALUES ('1', '2', '3', 'Zoë'), ('4', '5', '6', 'Łukasz'), ('7', '8', '9', 'Mia');
            CREATE INDEX taken_name ON taken(name);
            CREATE TABLE marks (a TEXT PRIMARY KEY, b) WITHOUT ROWID; INSERT INTO marks VALUES ('x', 1), ('y', 2), ('z', 3);
            """);
        school.Change(
            """
            DELETE FROM taken WHERE name = 'Łukasz'; INSERT INTO taken VALUES ('', '', '', 'Ben'), ('', '', '', 'Cem');
            DROP TABLE marks; CREATE TABLE marks (b, a TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO marks VALUES (1, 'x'), (5, 'y');
            """);

        using var comparison = await school.CompareAsync();
        var (marks, taken) = (comparison.Tables[0], comparison.Tables[1]);

        Assert.Equal("marks +1 ~1 -0\ntaken +1 ~0 -2", ComparedSchool.Text(comparison));
        Assert.Equal("Łukasz", Assert.Single(comparison.ReadRows(taken, DifferenceKind.ComeBack, 0, 20).Rows).Snapshot![3]!.Text);
        Assert.Equal(["Ben", "Cem"], comparison.ReadRows(taken, DifferenceKind.Disappear, 0, 20).Rows.Select(row => row.Other![3]!.Text).Order());
        Assert.Equal("z", Assert.Single(comparison.ReadRows(marks, DifferenceKind.ComeBack, 0, 20).Rows).Snapshot![0]!.Text);
        var changed = Assert.Single(comparison.ReadRows(marks, DifferenceKind.Revert, 0, 20).Rows);
        Assert.Equal(("2", "5"), (changed.Snapshot![1]!.Text, changed.Other![1]!.Text));
        Assert.Equal([false, true], changed.Changed);
    }

    [Fact]
    public async Task Run_BehindAClosedDoor_WaitsAndReadsWhatASwapLeft()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        var gate = await school.CloseDoorAsync();

        var comparing = school.CompareAsync();
        school.Change("DELETE FROM students WHERE id <= 10");
        Assert.False(comparing.IsCompleted);
        gate.Dispose();
        using var comparison = await comparing;

        Assert.Equal("students +10 ~0 -0", ComparedSchool.Text(comparison));
    }

    [Theory]
    [InlineData(ComparisonStep.Reading)]
    [InlineData(ComparisonStep.Tables)]
    [InlineData(ComparisonStep.Files)]
    public async Task Run_DoorClosesMeanwhile_EndsWithAWordOfWhyAndHoldsNoSwapUp(ComparisonStep step)
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        school.Write("letter.txt", "Dear parents");
        school.Change("DELETE FROM students WHERE id <= 10");
        Task<LiveGate>? closing = null;

        var error = await Assert.ThrowsAsync<PortalException>(() => school.CompareAsync(
            at => closing ??= at.Step == step ? school.CloseDoorAsync() : null, TestContext.Current.CancellationToken));

        Assert.Equal("SwapBegins", error.What.Key);
        Assert.True(error.CanRetry);
        using (var gate = await closing!)
            Assert.True(gate.IsClear);
        Assert.Equal("students +10 ~0 -0", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_MoreThanThereMayBe_WaitSaySoAndCanBeCancelled()
    {
        await using var school = await ComparedSchool.CreateAsync(Students, atATime: 1);
        var token = TestContext.Current.CancellationToken;
        using var goOn = new ManualResetEventSlim();
        var isAtWork = new TaskCompletionSource();
        var first = Task.Run(
            () => school.CompareAsync(
                at =>
                {
                    isAtWork.TrySetResult();
                    goOn.Wait(token);
                },
                token),
            token);
        await isAtWork.Task;
        var waits = new TaskCompletionSource();
        using var impatient = CancellationTokenSource.CreateLinkedTokenSource(token);

        var second = school.CompareAsync(
            at =>
            {
                if (at.Step == ComparisonStep.Waiting)
                    waits.TrySetResult();
            },
            token);
        var third = school.CompareAsync(static _ => { }, impatient.Token);
        await waits.Task;
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.False(second.IsCompleted);
        goOn.Set();

        (await first).Dispose();
        (await second).Dispose();
        Assert.Equal("", await school.TablesAsync());
    }

    [Fact]
    public async Task Run_Cancelled_LeavesNothingBehind()
    {
        await using var school = await ComparedSchool.CreateAsync(Students + "CREATE TABLE notes (text);");
        school.Change("DELETE FROM students WHERE id <= 10");
        var before = EntriesBeside(school.Live);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => school.CompareAsync(
            at =>
            {
                if (at.Step == ComparisonStep.Tables)
                    stop.Cancel();
            },
            stop.Token));

        Assert.Equal(before, EntriesBeside(school.Live));
        using var gate = await school.CloseDoorAsync();
        Assert.True(gate.IsClear);
    }

    [Fact]
    public async Task Run_Ended_LeavesNothingBehind()
    {
        await using var school = await ComparedSchool.CreateAsync(Students);
        school.Change("DELETE FROM students WHERE id <= 10");
        var before = EntriesBeside(school.Live);

        await school.TablesAsync();

        Assert.Equal(before, EntriesBeside(school.Live));
    }

    /// <summary>Without what SQLite itself keeps beside a database in WAL mode.</summary>
    private static List<string> EntriesBeside(string database) =>
        [.. Directory.GetFileSystemEntries(Path.GetDirectoryName(database)!, "*", SearchOption.AllDirectories).Where(path => !path.StartsWith(database + "-", StringComparison.Ordinal)).Order()];
}
