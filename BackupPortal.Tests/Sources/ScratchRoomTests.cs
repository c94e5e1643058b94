using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;
using BackupPortal.Tests.Storage;

namespace BackupPortal.Tests.Sources;

/// <summary>The application writes so much that the rest of its database has to go through a scratch file, and there is no room for that.</summary>
public sealed class ScratchRoomTests : IDisposable
{
    private const int PageSize = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TestFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Live => folder["app.db"];

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Read_LogGrowsTooMuchAndTheRestDoesNotFit_FailsInWordsBeforeItIsWritten()
    {
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 20);
        TestDatabase.Create(Live, """
            PRAGMA journal_mode=WAL; CREATE TABLE notes(text);
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<20000) INSERT INTO notes SELECT randomblob(1000) FROM n;
            """);
        var rest = Path.Combine(disk.Path, "rest");
        var wasThere = false;
        PortalException failure;
        using (var pages = LiveDatabasePages.Open(Live, rest, Patience, TimeProvider.System, mostWalGrowth: 10_000)!)
        {
            failure = await Assert.ThrowsAsync<PortalException>(async () =>
            {
                await foreach (var batch in pages.ReadAsync(Token))
                {
                    batch.Dispose();
                    // The copy cannot be at its end: it is only so far ahead as the sink has room.
                    if (batch.FirstPage == 1)
                        TestDatabase.Execute(Live, "INSERT INTO notes SELECT randomblob(1000) FROM notes LIMIT 200");
                    wasThere |= File.Exists(rest);
                }
            });
        }

        Assert.Equal("ScratchFull", failure.What.Key);
        Assert.Contains(disk.Path, failure.Message, StringComparison.Ordinal);
        Assert.False(wasThere);
        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
        // Nothing of it holds the application's log any more.
        Assert.Equal("delete", TestDatabase.Scalar(Live, "PRAGMA journal_mode=DELETE"));
        Assert.Equal(20_200L, TestDatabase.Scalar(Live, "SELECT count(*) FROM notes"));
    }

    [Fact]
    public async Task Read_LogGrowsTooMuchAtTheEndOnAFullDisk_NeedsNoScratchFile()
    {
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 1);
        TestDatabase.Create(Live, "PRAGMA journal_mode=WAL; CREATE TABLE notes(text); INSERT INTO notes VALUES(randomblob(1000))");
        using var pages = LiveDatabasePages.Open(Live, Path.Combine(disk.Path, "rest"), Patience, TimeProvider.System, mostWalGrowth: -1)!;

        await foreach (var batch in pages.ReadAsync(Token))
            batch.Dispose();

        Assert.Equal(1, pages.Facts!.Tables["notes"]);
    }

    [Fact]
    public async Task Write_DiskRunsFullMeanwhile_FailsInTheSameWordsAndLeavesNothing()
    {
        using var disk = await SmallDisk.MountAsync(folder["disk"], megabytes: 1);
        using (var sink = new PageSink(PageSize, Path.Combine(disk.Path, "rest"), Token) { IsHurried = true })
        {
            for (long page = 1; page < 4000 && sink.TryWrite(new byte[PageSize], page * PageSize); page++)
            {
            }

            Assert.Equal("ScratchFull", Assert.IsType<PortalException>(sink.Failure).What.Key);
        }

        Assert.Empty(Directory.EnumerateFileSystemEntries(disk.Path));
    }
}
