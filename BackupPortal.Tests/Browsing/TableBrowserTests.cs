using System.Globalization;
using BackupPortal.Core.Browsing;
using BackupPortal.Core.Messages;
using BackupPortal.Tests.Sources;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Browsing;

public sealed class TableBrowserTests : IDisposable
{
    private readonly SqliteConnection connection = TestDatabase.Open(":memory:");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => connection.Dispose();

    [Fact]
    public async Task ListTables_OfMixedSchema_ShowsTablesAndViewsWithoutSqlitesOwn()
    {
        Run("""
            CREATE TABLE students(id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL);
            INSERT INTO students(name) VALUES ('Ada'), ('Bo');
            CREATE TABLE "select ""odd"" [name]"(a, b, PRIMARY KEY (b, a)) WITHOUT ROWID;
            CREATE VIEW names AS SELECT name FROM students;
            CREATE VIRTUAL TABLE notes USING fts5(body);
            ANALYZE;
            """);

        var tables = await TableBrowser.ListTablesAsync(connection, Token);

        Assert.Equal(["names", "notes", "select \"odd\" [name]", "students"], tables.Select(table => table.Name));
        Assert.True(tables[0].IsView);
        Assert.Equal(2, tables[3].RowCount);
        Assert.Equal(
            [new ColumnDescription("id", "INTEGER", true), new ColumnDescription("name", "TEXT", false)], tables[3].Columns);
    }

    [Fact]
    public async Task ListTables_WithBrokenView_StillShowsTheOthers()
    {
        Run("CREATE TABLE a(x); CREATE VIEW broken AS SELECT y FROM gone; CREATE TABLE c(x)");

        var tables = await TableBrowser.ListTablesAsync(connection, Token);

        Assert.Equal(["a", "broken", "c"], tables.Select(table => table.Name));
        Assert.Null(tables[1].RowCount);
    }

    [Fact]
    public async Task ListTables_OfLargeTable_CountsOnlyToTheBound()
    {
        Run("CREATE TABLE exact(a); CREATE TABLE more(a);" + Fill("exact", 10_000) + Fill("more", 10_001));

        var tables = await TableBrowser.ListTablesAsync(connection, Token);

        Assert.Equal([10_000, null], tables.Select(table => table.RowCount));
    }

    [Fact]
    public async Task ListTables_WithViewThatNeverEnds_EndsWithoutItsCount()
    {
        Run("CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS top FROM n");

        var table = Assert.Single(await TableBrowser.ListTablesAsync(connection, Token));

        Assert.Null(table.RowCount);
    }

    [Fact]
    public async Task ReadPage_OfEachPage_GivesEveryRowOnceInOrder()
    {
        Run("CREATE TABLE t(a);" + Fill("t", 45));

        var seen = new List<string?>();
        TablePage page;
        var number = 0;
        do
        {
            page = await TableBrowser.ReadPageAsync(connection, new("t", number++, 20), Token);
            seen.AddRange(page.Rows.Select(row => row[0].Text));
        }
        while (page.HasMore);

        Assert.Equal(3, number);
        Assert.Equal(Enumerable.Range(1, 45).Select(i => i.ToString(CultureInfo.InvariantCulture)), seen);
    }

    [Fact]
    public async Task ReadPage_OfEachStorageClass_TellsKindTextAndSize()
    {
        Run("CREATE TABLE t(n, i, r, s, b, big, blob); INSERT INTO t VALUES (NULL, -7, 2.5, 'grün', x'00ff', "
            + "replace(hex(zeroblob(150)), '0', 'ä'), zeroblob(10000000))");

        var row = Assert.Single((await TableBrowser.ReadPageAsync(connection, new("t", 0, 50), Token)).Rows);

        Assert.Equal(
            [
                new TableCell(null, "null", null), new TableCell("-7", "integer", null), new TableCell("2.5", "real", null),
                new TableCell("grün", "text", null), new TableCell("00FF", "blob", null), new TableCell(new string('ä', 200), "text", 600),
                new TableCell("", "blob", 10_000_000),
            ],
            row);
    }

    [Fact]
    public async Task ReadPage_OfGeneratedAndOddlyNamedColumns_ShowsThem()
    {
        Run(""""
            CREATE TABLE "a;b--'"("rowid" TEXT, "x ""y""" INTEGER, double AS ("x ""y""" * 2), kept AS ("x ""y""" + 1) STORED);
            INSERT INTO "a;b--'"("rowid", "x ""y""") VALUES ('r', 21)
            """");

        var page = await TableBrowser.ReadPageAsync(connection, new("a;b--'", 0, 50), Token);

        Assert.Equal(["rowid", "x \"y\"", "double", "kept"], page.Columns.Select(column => column.Name));
        Assert.Equal(["r", "21", "42", "22"], page.Rows[0].Select(cell => cell.Text));
    }

    [Fact]
    public async Task ReadPage_WithoutRowId_IsInKeyOrder()
    {
        Run("CREATE TABLE t(a, b, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO t VALUES (1, 9), (2, 3), (1, 3)");

        var page = await TableBrowser.ReadPageAsync(connection, new("t", 0, 50), Token);

        Assert.Equal(["1,3", "2,3", "1,9"], page.Rows.Select(row => $"{row[0].Text},{row[1].Text}"));
    }

    [Theory]
    [InlineData("MEI", 2)]
    [InlineData("100%", 1)]
    [InlineData("a_b", 1)]
    [InlineData("' OR 1=1 --", 0)]
    [InlineData("42", 1)]
    [InlineData("c\\d", 1)]
    public async Task ReadPage_WithSearch_GivesRowsInWhichAColumnContainsTheText(string search, int rows)
    {
        Run("CREATE TABLE t(a, b); INSERT INTO t VALUES ('Meier', 1), ('x', 'Schmeil'), ('100%', 2), ('1000', 3), ('a_b', 4), ('axb', 5), "
            + "('n', 420), ('c\\d', 6), (x'4d4549', 7)");

        var page = await TableBrowser.ReadPageAsync(connection, new("t", 0, 50, search), Token);

        Assert.Equal(rows, page.Rows.Count);
    }

    [Theory]
    [InlineData(2000, null)]
    [InlineData(1100, "1099")]
    public async Task ReadPage_OfVeryManyColumns_ShowsAndSearchesThemAll(int columns, string? search)
    {
        Run($"CREATE TABLE wide({string.Join(", ", Enumerable.Range(0, columns).Select(i => $"c{i}"))});"
            + $"INSERT INTO wide VALUES ({string.Join(", ", Enumerable.Range(0, columns))})");

        var page = await TableBrowser.ReadPageAsync(connection, new("wide", 0, 50, search), Token);

        Assert.Equal(columns, page.Columns.Count);
        Assert.Equal($"{columns - 1}", Assert.Single(page.Rows)[columns - 1].Text);
    }

    [Fact]
    public async Task ReadPage_OfViewThatNeverEnds_IsStopped()
    {
        Run("CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS top FROM n");

        var error = await Assert.ThrowsAsync<PortalException>(() => TableBrowser.ReadPageAsync(connection, new("endless", 0, 50), Token));

        Assert.Equal("TooSlow", error.What.Key);
        Assert.Equal(1L, TestDatabase.Scalar(connection, "SELECT 1"));
    }

    [Fact]
    public async Task ReadPage_Cancelled_StopsWithoutBeingCalledSlow()
    {
        Run("CREATE VIEW endless AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS top FROM n");
        using var source = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TableBrowser.ReadPageAsync(connection, new("endless", 0, 50), source.Token));
    }

    [Theory]
    [InlineData("gone")]
    [InlineData("sqlite_master")]
    public async Task ReadPage_OfTableThatIsNotListed_SaysSo(string name)
    {
        var error = await Assert.ThrowsAsync<PortalException>(() => TableBrowser.ReadPageAsync(connection, new(name, 0, 50), Token));

        Assert.Equal("NoSuchTable", error.What.Key);
    }

    [Fact]
    public async Task ReadPage_OfBrokenView_SaysWhyItCannotBeShown()
    {
        Run("CREATE VIEW broken AS SELECT y FROM gone");

        var error = await Assert.ThrowsAsync<PortalException>(() => TableBrowser.ReadPageAsync(connection, new("broken", 0, 50), Token));

        Assert.Equal("CannotRead", error.What.Key);
    }

    private static string Fill(string table, int rows) =>
        $"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {rows}) INSERT INTO {table} SELECT i FROM n;";

    private void Run(string sql) => TestDatabase.Execute(connection, sql);
}
