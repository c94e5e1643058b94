using BackupPortal.Core.Sources;

namespace BackupPortal.Tests.Sources;

public sealed class FreePageListTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(512, "NONE")]
    [InlineData(4096, "NONE")]
    [InlineData(4096, "INCREMENTAL")]
    public void Read_TableDropped_FindsEveryLeafOfTheList(int pageSize, string autoVacuum)
    {
        Create(pageSize, autoVacuum, "DROP TABLE b");

        using var pages = new DatabaseFilePages(folder["app.db"]);

        var free = (long)TestDatabase.Scalar(folder["app.db"], "PRAGMA freelist_count")!;
        var perTrunk = (pageSize / 4) - 8; // SQLite leaves six places of each trunk unused.
        Assert.True(free > perTrunk, $"{free} pages need more than one trunk.");
        Assert.InRange(pages.FreePages.Count, free - (free / perTrunk) - 2, free - 1);
        Assert.False(pages.FreePages.Contains(0));
    }

    [Fact]
    public void Read_NothingDeleted_FindsNothing()
    {
        Create(4096, "NONE", "SELECT 1");

        using var pages = new DatabaseFilePages(folder["app.db"]);

        Assert.Equal(0, pages.FreePages.Count);
    }

    [Theory]
    [InlineData(32, 0x7F)] // the first trunk is far beyond the end
    [InlineData(39, 0x01)] // the count does not fit the list
    public void Read_ListThatMakesNoSense_TrustsNoneOfIt(int offset, byte value)
    {
        Create(4096, "NONE", "DROP TABLE b");
        var bytes = File.ReadAllBytes(folder["app.db"]);
        bytes[offset] ^= value;
        File.WriteAllBytes(folder["app.db"], bytes);

        using var pages = new DatabaseFilePages(folder["app.db"]);

        Assert.Equal(0, pages.FreePages.Count);
    }

    private void Create(int pageSize, string autoVacuum, string last) => TestDatabase.Create(folder["app.db"], $"""
        PRAGMA page_size={pageSize}; PRAGMA auto_vacuum={autoVacuum}; PRAGMA secure_delete=OFF;
        CREATE TABLE a(x); CREATE TABLE b(x); INSERT INTO a VALUES(1);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<6000) INSERT INTO b SELECT randomblob(1000) FROM n;
        {last}
        """);
}
