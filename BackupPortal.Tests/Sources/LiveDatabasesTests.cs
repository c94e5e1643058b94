using BackupPortal.Core.Messages;
using BackupPortal.Core.Sources;

namespace BackupPortal.Tests.Sources;

public sealed class LiveDatabasesTests : IDisposable
{
    private readonly TestFolder folder = new();
    private readonly LiveDatabases databases = new(TimeProvider.System);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task OpenReader_OfWalDatabaseInUse_SeesTheNewestCommitAndRefusesWrites()
    {
        using var writer = TestDatabase.Open(folder["app.db"]);
        TestDatabase.Execute(writer, "PRAGMA journal_mode=WAL; PRAGMA wal_autocheckpoint=0; CREATE TABLE t(a); INSERT INTO t VALUES (1), (2)");

        await using var reader = await databases.OpenReaderAsync(TestDatabase.TenantWith(folder), Token);

        Assert.Equal(2L, TestDatabase.Scalar(reader.Connection, "SELECT count(*) FROM t"));
        Assert.ThrowsAny<Exception>(() => TestDatabase.Execute(reader.Connection, "INSERT INTO t VALUES (3)"));
    }

    [Fact]
    public async Task OpenReader_OfMissingDatabase_SaysSoAndCreatesNothing()
    {
        var error = await Assert.ThrowsAsync<PortalException>(() => databases.OpenReaderAsync(TestDatabase.TenantWith(folder), Token));

        Assert.Equal("DatabaseMissing", error.What.Key);
        Assert.Empty(Directory.GetFileSystemEntries(folder.Path));
    }

    [Theory]
    [InlineData("hello")]
    [InlineData("This is not a database, but it is a good deal longer than the header of one would be: one hundred bytes at the least.")]
    public async Task OpenReader_OfGarbage_SaysThatItIsNoDatabase(string content)
    {
        await File.WriteAllTextAsync(folder["app.db"], content, Token);

        var error = await Assert.ThrowsAsync<PortalException>(() => databases.OpenReaderAsync(TestDatabase.TenantWith(folder), Token));

        Assert.Equal("NotADatabase", error.What.Key);
    }

    [Fact]
    public async Task OpenReader_OfFolder_SaysThatItIsAFolder()
    {
        Directory.CreateDirectory(folder["app.db"]);

        var error = await Assert.ThrowsAsync<PortalException>(() => databases.OpenReaderAsync(TestDatabase.TenantWith(folder), Token));

        Assert.Equal("DatabaseIsFolder", error.What.Key);
    }

    [Fact]
    public async Task OpenReader_WhileExclusivelyLocked_GivesUpInBoundedTime()
    {
        using var owner = TestDatabase.Open(folder["app.db"]);
        TestDatabase.Execute(owner, "CREATE TABLE t(a); BEGIN EXCLUSIVE");

        var error = await Assert.ThrowsAsync<PortalException>(() => databases.OpenReaderAsync(TestDatabase.TenantWith(folder), Token));

        Assert.Equal("DatabaseLocked", error.What.Key);
        Assert.True(error.CanRetry);
    }

    [Fact]
    public async Task OpenReader_AfterACrashInMidChange_ReadsTheStateBefore()
    {
        HotJournal.Create(folder["app.db"]);

        await using var reader = await databases.OpenReaderAsync(TestDatabase.TenantWith(folder), Token);

        Assert.Equal(5000L, TestDatabase.Scalar(reader.Connection, "SELECT count(*) FROM t WHERE a = 'whole'"));
        Assert.False(File.Exists(folder["app.db-journal"]));
    }

    [Fact]
    public async Task Close_WithReaderInside_WaitsForItAndKeepsNewOnesOut()
    {
        TestDatabase.Create(folder["app.db"], "CREATE TABLE t(a)");
        var tenant = TestDatabase.TenantWith(folder);
        var reader = await databases.OpenReaderAsync(tenant, Token);

        var closing = databases.CloseAsync(tenant.Id, TimeSpan.FromSeconds(30), Token);
        var late = databases.OpenReaderAsync(tenant, Token);
        Assert.False(closing.IsCompleted);
        await reader.DisposeAsync();
        var gate = await closing;
        Assert.True(gate.IsClear);
        Assert.False(late.IsCompleted);

        gate.Dispose();
        await using var entered = await late;
        Assert.Equal(0L, TestDatabase.Scalar(entered.Connection, "SELECT count(*) FROM t"));
    }

    [Fact]
    public async Task Close_WithReaderThatStays_SaysThatItIsNotClear()
    {
        TestDatabase.Create(folder["app.db"], "CREATE TABLE t(a)");
        var tenant = TestDatabase.TenantWith(folder);
        await using var reader = await databases.OpenReaderAsync(tenant, Token);

        using var gate = await databases.CloseAsync(tenant.Id, TimeSpan.FromMilliseconds(20), Token);

        Assert.False(gate.IsClear);
    }

    [Fact]
    public async Task Close_OfOneTenant_LeavesOthersOpen()
    {
        TestDatabase.Create(folder["app.db"], "CREATE TABLE t(a)");
        using var gate = await databases.CloseAsync(TestDatabase.TenantWith(folder).Id, TimeSpan.FromSeconds(30), Token);

        await using var reader = await databases.OpenReaderAsync(TestDatabase.TenantWith(folder), Token);

        Assert.NotNull(reader.Connection);
    }

    [Fact]
    public async Task OpenReader_Failed_DoesNotHoldTheDoor()
    {
        var tenant = TestDatabase.TenantWith(folder);
        await Assert.ThrowsAsync<PortalException>(() => databases.OpenReaderAsync(tenant, Token));

        using var gate = await databases.CloseAsync(tenant.Id, TimeSpan.Zero, Token);

        Assert.True(gate.IsClear);
    }

    [Fact]
    public async Task Reader_ClosedLast_LeavesAnUncheckpointedLogInPlace()
    {
        UncheckpointedWal.Create(folder["app.db"]);
        var logBytes = new FileInfo(folder["app.db-wal"]).Length;
        Assert.True(logBytes > 0);

        await using (var reader = await databases.OpenReaderAsync(TestDatabase.TenantWith(folder), Token))
            Assert.Equal(100L, TestDatabase.Scalar(reader.Connection, "SELECT count(*) FROM t"));

        Assert.Equal(logBytes, new FileInfo(folder["app.db-wal"]).Length);
    }
}
