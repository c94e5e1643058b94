using System.Globalization;
using BackupPortal.Core.Storage;

namespace BackupPortal.Tests.Storage;

public sealed class LocalDirectoryStoreTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Temporary => Path.Combine(folder.Path, ".tmp");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Write_AfterAWriterDied_ClearsItsLeftoverAway()
    {
        Directory.CreateDirectory(Temporary);
        var leftover = Path.Combine(Temporary, "dead");
        await File.WriteAllTextAsync(leftover, "half a pack", Cancel);
        File.SetLastWriteTimeUtc(leftover, DateTime.UnixEpoch);

        await WriteAsync("maps/a");

        Assert.Empty(Directory.EnumerateFiles(Temporary));
    }

    [Fact]
    public async Task Write_WhileAnotherWriterIsSlow_LeavesItsFileAlone()
    {
        var other = new LocalDirectoryStore(folder.Path, TimeProvider.System);
        await other.WriteAsync(
            "maps/slow",
            async (stream, token) =>
            {
                await stream.WriteAsync(new byte[] { 1 }, token);
                File.SetLastWriteTimeUtc(Directory.EnumerateFiles(Temporary).Single(), DateTime.UnixEpoch);
                await WriteAsync("maps/quick");
            },
            Cancel);

        Assert.NotNull(await other.FindAsync("maps/slow", Cancel));
    }

    [Fact]
    public async Task Write_PlaceCannotBeCreated_FailsInWords()
    {
        await File.WriteAllTextAsync(folder["file"], "", Cancel);
        var store = new LocalDirectoryStore(folder["file"], TimeProvider.System);

        var failure = await Assert.ThrowsAsync<StorageException>(
            () => store.WriteAsync("maps/a", (_, _) => Task.CompletedTask, Cancel));

        Assert.Contains("maps/a", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(failure.Hint);
    }

    [Fact]
    public async Task List_PlaceNotThereYet_IsEmpty()
    {
        var store = new LocalDirectoryStore(folder["later"], TimeProvider.System);

        await foreach (var item in store.ListAsync("snapshots", Cancel))
            Assert.Fail(item.Key);
    }

    [Theory]
    [InlineData(28, "Full")]
    [InlineData(122, "Full")]
    [InlineData(30, "ReadOnly")]
    [InlineData(5, "Failed")]
    public void Failure_OfTheOperatingSystem_IsToldInBothLanguages(int error, string key)
    {
        var failure = StorageFailure.From(new IOException("raw words", error), "packs/x");

        Assert.Equal(key, failure.What.Key);
        foreach (var culture in new[] { "en", "de" }.Select(CultureInfo.GetCultureInfo))
        {
            Assert.Contains("packs/x", failure.What.Format(culture), StringComparison.Ordinal);
            Assert.NotEmpty(failure.Hint!.Format(culture));
        }
    }

    private Task<long> WriteAsync(string key) => new LocalDirectoryStore(folder.Path, TimeProvider.System)
        .WriteAsync(key, (stream, token) => stream.WriteAsync(new byte[] { 1 }, token).AsTask(), Cancel);
}
