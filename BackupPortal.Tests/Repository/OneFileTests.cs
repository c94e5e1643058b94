using BackupPortal.Tests.Contracts;

namespace BackupPortal.Tests.Repository;

public sealed class OneFileTests : IDisposable
{
    private readonly TestFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Read_OneFileOfTenThousand_ReadsNotTheRest()
    {
        var store = new FaultyStore();
        var random = new Random(5);
        await RawDatabase.WriteAsync(folder["app.db"], pageCount: 2000, Cancel);
        var files = new Dictionary<string, byte[]>();
        for (var i = 0; i < 10_000; i++)
            random.NextBytes(files[$"{i % 100:d2}/{i:d5}.bin"] = new byte[4000]);
        var record = await new RepositoryRig(folder, store).BackupAsync(folder["app.db"], files, Cancel);
        var counting = new CountingStore(store);

        var reader = await new RepositoryRig(folder, counting).OpenAsync(record.Id, Cancel);
        var opened = counting.BytesRead;
        var content = await RepositoryRig.ReadAsync(reader, "42/04242.bin", Cancel);

        SameBytes.Check(files["42/04242.bin"], content);
        Assert.True(record.AddedBytes > 48_000_000, $"{record.AddedBytes} bytes are stored");
        // Record, map and manifest; then a pack's footer and one frame.
        Assert.InRange(opened, 1, 600_000);
        Assert.InRange(counting.BytesRead - opened, 1, 400_000);
    }
}
