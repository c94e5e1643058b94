using BackupPortal.Core.Import;
using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Scheduling;
using Microsoft.Extensions.Options;

namespace BackupPortal.Tests.Import;

public sealed class UploadExpiryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Tidying_NobodyWentOnForADay_DeletesTheUploadAndNoOther()
    {
        await using var world = await ImportWorld.CreateAsync();
        var clock = new FakeClock(DateTimeOffset.UtcNow);
        var store = new UploadStore(Options.Create(new ImportOptions()), clock);
        var tidying = ActivatorUtilities.CreateInstance<UploadTidying>(world.World.Portal.Services, store);
        var old = await store.CreateAsync(world.Tenant, new NewUpload("old.zip", 10), "admin");
        var living = await store.CreateAsync(world.Tenant, new NewUpload("living.zip", 10), "admin");
        await AppendAsync(store, world, old);
        await AppendAsync(store, world, living);

        clock.Advance(TimeSpan.FromHours(23));
        await tidying.RunAsync(Token);
        Assert.Equal(2, store.List(world.Tenant).Count);

        // Somebody has gone on with this one: what was written last counts.
        TouchAt(world, living, clock.GetUtcNow());
        clock.Advance(TimeSpan.FromHours(2));
        await tidying.RunAsync(Token);

        Assert.Equal([living.Id], store.List(world.Tenant).Select(static one => one.Id));
        Assert.Single(Directory.GetDirectories(world.Tenant.Home.Uploads));
    }

    private static Task<Upload> AppendAsync(UploadStore store, ImportWorld world, Upload upload) =>
        store.AppendAsync(world.Tenant, upload.Id, 0, 5, new MemoryStream(new byte[5]), null, Token);

    private static void TouchAt(ImportWorld world, Upload upload, DateTimeOffset at) =>
        File.SetLastWriteTimeUtc(UploadFolder.Find(world.Tenant, upload.Id)!.Part, at.UtcDateTime);
}
