using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using BackupPortal.Tests.Storage;
using Microsoft.Data.Sqlite;

namespace BackupPortal.Tests.Sources;

/// <summary>The live database's own disk is full: that is when a school needs its backup most.</summary>
public sealed class LiveDiskFullTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TestFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Read_ApplicationHasItOpen_GivesAllThatWasCommitted()
    {
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 4);
        var live = Path.Combine(disk.Path, "app.db");
        using var application = Create(live);
        Fill(disk);
        Assert.Throws<SqliteException>(() => TestDatabase.Execute(application, "INSERT INTO notes SELECT randomblob(900000) FROM notes"));

        using var pages = LiveDatabasePages.Open(live, folder["rest"], Patience, TimeProvider.System)!;
        await using (var copy = new FileStream(folder["copy.db"], FileMode.CreateNew))
        {
            await foreach (var batch in pages.ReadAsync(Token))
            {
                using (batch)
                {
                    copy.Position = batch.FirstPage * pages.PageSize;
                    await copy.WriteAsync(batch.Pages.Memory, Token);
                }
            }
        }

        Assert.Equal(500, pages.Facts!.Tables["notes"]);
        Assert.Equal("ok", TestDatabase.Scalar(folder["copy.db"], "PRAGMA integrity_check"));
        Assert.Equal(500L, TestDatabase.Scalar(folder["copy.db"], "SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task Open_NobodyHasItOpen_ReadsItOrSaysWhyAndReadsItOnceThereIsRoom()
    {
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 4);
        var live = Path.Combine(disk.Path, "app.db");
        Create(live).Dispose();
        Fill(disk);

        try
        {
            LiveDatabasePages.Open(live, folder["rest"], Patience, TimeProvider.System)!.Dispose();
        }
        catch (PortalException e)
        {
            Assert.NotNull(e.Hint);
        }
        File.Delete(Path.Combine(disk.Path, "filler"));

        using var pages = LiveDatabasePages.Open(live, folder["rest"], Patience, TimeProvider.System)!;
        await foreach (var batch in pages.ReadAsync(Token))
            batch.Dispose();
        Assert.Equal(500, pages.Facts!.Tables["notes"]);
    }

    private static SqliteConnection Create(string path)
    {
        var connection = TestDatabase.Open(path);
        TestDatabase.Execute(connection, """
            PRAGMA journal_mode=WAL; CREATE TABLE notes(text);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<500) INSERT INTO notes SELECT randomblob(700) FROM n;
            """);
        return connection;
    }

    private static void Fill(SmallDisk disk)
    {
        using var filler = new FileStream(Path.Combine(disk.Path, "filler"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        var block = new byte[4096];
        for (var room = 0; room < 10_000; room++)
        {
            try
            {
                filler.Write(block);
            }
            catch (IOException)
            {
                return;
            }
        }
        Assert.Fail("The disk does not run full.");
    }
}
