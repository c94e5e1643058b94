using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Tests.Sources;

/// <summary>The pages of a live database without a copy are those that a copy has.</summary>
public sealed class LiveDatabasePagesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly TestFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Live => folder["app.db"];

    private string Rest => folder["rest"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(512, 100)]
    [InlineData(4096, 1)]
    [InlineData(4096, 5000)]
    [InlineData(65536, 400)]
    public async Task Read_WalDatabase_GivesWhatACopyHas(int pageSize, int rows)
    {
        Create(pageSize, rows);
        await LiveDatabaseCopy.RunAsync(Live, folder["copy"], TimeProvider.System, null, Token);

        var (bytes, pages) = await ReadAsync(LiveDatabasePages.MostWalGrowth);

        Assert.Equal(await File.ReadAllBytesAsync(folder["copy"], Token), bytes);
        Assert.Equal(rows, pages.Facts!.Tables["notes"]);
        Assert.False(File.Exists(Rest));
    }

    [Fact]
    public async Task Read_WhileOthersWrite_GivesTheStateOfThePinAndHoldsNobodyUp()
    {
        Create(4096, 3000);
        using var writer = TestDatabase.Open(Live);
        using var pages = LiveDatabasePages.Open(Live, Rest, Patience, TimeProvider.System)!;
        await LiveDatabaseCopy.RunAsync(Live, folder["copy"], TimeProvider.System, null, Token);
        var bytes = new byte[pages.SizeBytes];
        await foreach (var batch in pages.ReadAsync(Token))
        {
            using (batch)
                batch.Pages.Span.CopyTo(bytes.AsSpan((int)(batch.FirstPage * pages.PageSize)));
            TestDatabase.Execute(writer, "INSERT INTO notes SELECT randomblob(1000) FROM notes LIMIT 20");
        }

        Assert.Equal(await File.ReadAllBytesAsync(folder["copy"], Token), bytes);
        Assert.Equal(3000, pages.Facts!.Tables["notes"]);
        Assert.True(pages.WalGrowth > 0);
    }

    [Fact]
    public async Task Read_LogGrowsTooMuch_CopiesTheRestWithoutWaitingAndGivesTheSame()
    {
        Create(4096, 20_000);
        await LiveDatabaseCopy.RunAsync(Live, folder["copy"], TimeProvider.System, null, Token);
        using var writer = TestDatabase.Open(Live);
        using var pages = LiveDatabasePages.Open(Live, Rest, Patience, TimeProvider.System, mostWalGrowth: 10_000)!;
        var bytes = new byte[pages.SizeBytes];
        var spilled = false;
        await foreach (var batch in pages.ReadAsync(Token))
        {
            using (batch)
                batch.Pages.Span.CopyTo(bytes.AsSpan((int)(batch.FirstPage * pages.PageSize)));
            // No more than a few batches are ahead of this one, and the log is looked at after each few: what is left then goes through the file,
            // which stays until the last batch is taken.
            if (batch.FirstPage == 1)
                TestDatabase.Execute(writer, "INSERT INTO notes SELECT randomblob(1000) FROM notes LIMIT 200");
            spilled |= File.Exists(Rest);
        }

        Assert.True(spilled);
        Assert.False(File.Exists(Rest));
        Assert.Equal(await File.ReadAllBytesAsync(folder["copy"], Token), bytes);
    }

    [Fact]
    public async Task Read_GivenUpInTheMiddle_LetsGoOfTheDatabase()
    {
        Create(4096, 20_000);
        using (var pages = LiveDatabasePages.Open(Live, Rest, Patience, TimeProvider.System)!)
        {
            await foreach (var batch in pages.ReadAsync(Token))
            {
                batch.Dispose();
                break;
            }
        }

        Assert.Equal("delete", TestDatabase.Scalar(Live, "PRAGMA journal_mode=DELETE"));
    }

    [Fact]
    public async Task Read_Cancelled_EndsAtOnce()
    {
        Create(4096, 20_000);
        using var cancel = new CancellationTokenSource();
        using var pages = LiveDatabasePages.Open(Live, Rest, Patience, TimeProvider.System)!;

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var batch in pages.ReadAsync(cancel.Token))
            {
                batch.Dispose();
                await cancel.CancelAsync();
            }
        });
    }

    [Fact]
    public async Task Read_DamagedDatabase_SaysSo()
    {
        Create(4096, 3000);
        await using (var file = new FileStream(Live, FileMode.Open, FileAccess.ReadWrite))
        {
            // The table's root, so that counting its rows meets it.
            file.Position = 4096;
            await file.WriteAsync(new byte[4096], Token);
        }
        using var pages = LiveDatabasePages.Open(Live, Rest, Patience, TimeProvider.System)!;

        var failure = await Assert.ThrowsAsync<PortalException>(async () =>
        {
            await foreach (var batch in pages.ReadAsync(Token))
                batch.Dispose();
        });

        Assert.Equal("DatabaseCorrupt", failure.What.Key);
    }

    [Theory]
    [InlineData("PRAGMA journal_mode=DELETE")]
    [InlineData("PRAGMA secure_delete=OFF; DELETE FROM notes WHERE rowid > 10")]
    public void Open_ThatNeedsACopy_SaysSo(string sql)
    {
        Create(4096, 3000);
        TestDatabase.Execute(Live, sql);

        Assert.Null(LiveDatabasePages.Open(Live, Rest, Patience, TimeProvider.System));
    }

    private async Task<(byte[] Bytes, LiveDatabasePages Pages)> ReadAsync(long mostWalGrowth)
    {
        using var pages = LiveDatabasePages.Open(Live, Rest, Patience, TimeProvider.System, mostWalGrowth)!;
        var bytes = new byte[pages.SizeBytes];
        var seen = 0;
        await foreach (var batch in pages.ReadAsync(Token))
        {
            using (batch)
                batch.Pages.Span.CopyTo(bytes.AsSpan((int)(batch.FirstPage * pages.PageSize)));
            seen += batch.Pages.Length;
        }
        Assert.Equal(bytes.Length, seen);
        return (bytes, pages);
    }

    private void Create(int pageSize, int rows) => TestDatabase.Create(Live, $"""
        PRAGMA page_size={pageSize}; PRAGMA journal_mode=WAL;
        CREATE TABLE notes(text);
        WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<{rows}) INSERT INTO notes SELECT randomblob(700) FROM n;
        """);
}
