using System.Globalization;
using BackupPortal.Core.Comparison;
using BackupPortal.Core.Messages;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Retrieval;
using BackupPortal.Core.Snapshots;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Retrieval;

/// <summary>Rows that a person picks one by one from those that could come back.</summary>
public sealed class PickedRowsTests
{
    private const string School =
        """
        CREATE TABLE classes (id INTEGER PRIMARY KEY, name TEXT);
        CREATE TABLE students (id INTEGER PRIMARY KEY, class INTEGER REFERENCES classes(id), name TEXT, points);
        CREATE TABLE marks (student, subject, value, PRIMARY KEY (student, subject)) WITHOUT ROWID;
        CREATE TABLE notes (text TEXT);
        CREATE TABLE odd (rowid TEXT, _rowid_ TEXT, oid TEXT, PRIMARY KEY (rowid));
        INSERT INTO classes VALUES (1, '5a'), (2, '7b');
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60) INSERT INTO students SELECT i, 1 + i % 2, 'Student ' || i, i / 2.0 FROM n;
        INSERT INTO marks VALUES (1, 'Math', 2), ('1', 'Math', 3), (1.5, x'00ff', 4), (zeroblob(2), '', 5);
        INSERT INTO notes VALUES ('same'), ('same'), ('same');
        INSERT INTO odd VALUES ('a', 'b', 'c');
        """;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Retrieve_PickedRows_BringsThoseAndWhatTheyNeedAlone()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students; DELETE FROM classes");
        var listed = await ListAsync(world, then, new RetrievableRowsQuery("students", null, WithChanged: false, 0, 100));

        var done = await world.SucceedAsync(OperationKind.Retrieve, new RetrievalArguments(then.Value, ["students"], Search: "Student 9")
        {
            Picked = [new PickedRows("STUDENTS", [.. listed.Rows.Where(row => Text(listed, row, "name") is "Student 7" or "Student 12" or "Student 13").Select(row => row.Key)])],
        }.ToJson());

        Assert.Equal(60, listed.Count);
        Assert.Equal("7,12,13", Scalar(world, "SELECT group_concat(id) FROM (SELECT id FROM students ORDER BY id)"));
        Assert.Equal([new RetrievedTable("classes", 0, 2, 0, 0, 0, 0), new RetrievedTable("students", 3, 0, 0, 0, 0, 0)], PlanOf(done).Tables);
    }

    [Fact]
    public async Task List_WithChanged_ShowsMissingRowsFirstAndBothValues()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("UPDATE students SET points = 'many' WHERE id = 2; UPDATE students SET name = NULL WHERE id = 4; DELETE FROM students WHERE id IN (5, 50)");

        var listed = await ListAsync(world, then, new RetrievableRowsQuery("students", " student ", WithChanged: true, 0, 100));

        Assert.Equal(["ComeBack 5", "ComeBack 50", "Revert 2", "Revert 4"], listed.Rows.Select(row => $"{row.Kind} {Text(listed, row, "id")}"));
        Assert.Equal(["id", "name"], listed.Columns.Where(column => column.IsTelling).Select(column => column.Name).Where(name => name != "class"));
        var changed = listed.Rows[2].Row;
        Assert.Equal(("1", "many"), (changed.Snapshot![3]!.Text, changed.Other![3]!.Text));
        Assert.Equal([false, false, false, true], changed.Changed);
        Assert.Equal([false, false, true, false], listed.Rows[3].Row.Changed);
    }

    [Fact]
    public async Task List_ByPagesAndSearch_TellsHowManyThereAre()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students; UPDATE classes SET name = 'x'");

        var all = await ListAsync(world, then, new RetrievableRowsQuery("students", null, WithChanged: true, 40, 25));
        var found = await ListAsync(world, then, new RetrievableRowsQuery("students", "ent 1", WithChanged: true, 10, 25));
        var missing = await ListAsync(world, then, new RetrievableRowsQuery("classes", null, WithChanged: false, 0, 25));

        Assert.Equal((60, 20, "41"), (all.Count, all.Rows.Count, Text(all, all.Rows[0], "id")));
        Assert.Equal((11, 1, "19"), (found.Count, found.Rows.Count, Text(found, found.Rows[0], "id")));
        Assert.Equal((0, 0), (missing.Count, missing.Rows.Count));
        Assert.Empty(Directory.EnumerateFiles(world.Tenant.Home.Scratch, "retrieval.*"));
    }

    [Theory]
    [InlineData(0, "integer text 2")]
    [InlineData(1, "real blob 4")]
    [InlineData(2, "text text 3")]
    [InlineData(3, "blob text 5")]
    public async Task Retrieve_PickedByItsKey_TellsValuesOfDifferentTypesApart(int number, string expected)
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM marks");
        var listed = await ListAsync(world, then, new RetrievableRowsQuery("marks", null, WithChanged: false, 0, 10));

        await PickAsync(world, then, "marks", listed.Rows[number].Key);

        Assert.Equal(expected, Scalar(world, "SELECT group_concat(typeof(student) || ' ' || typeof(subject) || ' ' || value) FROM marks"));
    }

    [Fact]
    public async Task Retrieve_PickedOfEqualRowsWithoutKey_BringsThatManyBack()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM notes");
        var listed = await ListAsync(world, then, new RetrievableRowsQuery("notes", null, WithChanged: false, 0, 10));

        await PickAsync(world, then, "notes", listed.Rows[0].Key, listed.Rows[2].Key);

        Assert.Equal(3, listed.Rows.Count);
        Assert.Equal("1,3", Scalar(world, "SELECT group_concat(rowid) FROM (SELECT rowid FROM notes ORDER BY rowid)"));
    }

    [Fact]
    public async Task Retrieve_PickedOfADroppedTable_BringsTheTableWithThoseRows()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DROP TABLE students");
        var listed = await ListAsync(world, then, new RetrievableRowsQuery("students", "Student 60", WithChanged: true, 0, 10));

        await PickAsync(world, then, "students", Assert.Single(listed.Rows).Key);

        Assert.Equal("60 Student 60", Scalar(world, "SELECT group_concat(id || ' ' || name) FROM students"));
    }

    [Fact]
    public async Task Retrieve_PickedChangedRow_GetsItsOldValuesAndNoOtherIsToldOf()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("UPDATE students SET points = 0 WHERE id < 10");
        var listed = await ListAsync(world, then, new RetrievableRowsQuery("students", null, WithChanged: true, 0, 100));

        var done = await PickAsync(world, then, "students", listed.Rows.Single(row => Text(listed, row, "id") == "3").Key);

        Assert.Equal([new RetrievedTable("students", 0, 0, 0, 1, 0, 0)], PlanOf(done).Tables);
        Assert.Equal("3", Scalar(world, "SELECT group_concat(id) FROM students WHERE id < 10 AND points <> 0"));
    }

    [Fact]
    public async Task Retrieve_NothingOrNonsensePicked_BringsNothingBack()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students");

        var none = await PickAsync(world, then, "students");
        var nonsense = await PickAsync(world, then, "students", "", "9999", "1) OR (1", "'");

        Assert.Equal((0, 0), (PlanOf(none).Added, PlanOf(nonsense).Added));
        Assert.Equal(0L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM students"));
    }

    [Fact]
    public async Task Retrieve_MorePickedThanAllowed_IsRefusedWithTheNumber()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM students");
        var picked = Enumerable.Range(1, PickedRows.Most + 1).Select(static number => number.ToString(CultureInfo.InvariantCulture)).ToList();

        var failed = await world.RunAsync(OperationKind.Retrieve, new RetrievalArguments(then.Value, ["students"]) { Picked = [new PickedRows("students", picked)] }.ToJson());

        Assert.Equal(OperationState.Failed, failed.State);
        Assert.Contains("1,001", failed.Error!.ToString(), StringComparison.Ordinal);
        Assert.Equal(0L, TestDatabase.Scalar(world.Database, "SELECT count(*) FROM students"));
    }

    [Fact]
    public async Task List_WhereRowsCannotBeToldApart_IsRefusedWithAReason()
    {
        await using var world = await RestoreWorld.CreateAsync();
        var then = await BeginAsync(world);
        world.Execute("DELETE FROM odd");

        var refused = await Assert.ThrowsAsync<PortalException>(() => ListAsync(world, then, new RetrievableRowsQuery("odd", null, WithChanged: true, 0, 10)));

        Assert.Equal("NotByRows", refused.What.Key);
    }

    private static async Task<SnapshotId> BeginAsync(RestoreWorld world)
    {
        TestDatabase.Create(world.Database, School);
        return await world.BackupAsync();
    }

    private static async Task<RetrievableRows> ListAsync(RestoreWorld world, SnapshotId then, RetrievableRowsQuery query)
    {
        using var comparison = await world.Portal.Get<StateComparer>().RunAsync(world.Tenant, then, null, null, Token);
        return RetrievableRows.Read(comparison, world.Tenant, query, Token);
    }

    private static Task<OperationView> PickAsync(RestoreWorld world, SnapshotId then, string table, params IReadOnlyList<string> keys) => world.SucceedAsync(
        OperationKind.Retrieve, new RetrievalArguments(then.Value, [table], ReplaceChanged: true) { Picked = [new PickedRows(table, keys)] }.ToJson());

    private static string? Text(RetrievableRows listed, RetrievableRow row, string column) =>
        row.Row.Snapshot![listed.Columns.ToList().FindIndex(one => one.Name == column)]!.Text;

    private static RetrievalPlan PlanOf(OperationView done) => RetrievalPlan.FromJson(done.Outcome!.Details!);

    private static string? Scalar(RestoreWorld world, string sql) => (string?)TestDatabase.Scalar(world.Database, sql);
}
