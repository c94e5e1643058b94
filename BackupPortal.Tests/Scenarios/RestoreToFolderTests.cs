using System.Runtime.Versioning;
using BackupPortal.Core.Restore;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>Restores beside live data, into a folder.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestoreToFolderTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task RestoreToFolder_NewFolder_WritesDatabaseAndFilesAndLeavesLiveDataAlone()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var now = world.ReadLive();
        var target = world.Portal.Folder["out"];

        await world.Portal.Get<RestoreToFolder>().RunAsync(world.Tenant, then, target, null, Token);

        Assert.Equal("then", TestDatabase.Scalar(Path.Combine(target, "app.db"), "SELECT DISTINCT value FROM state"));
        Assert.Equal("then", await File.ReadAllTextAsync(Path.Combine(target, "files/deleted/deep.txt"), Token));
        Assert.Equal("changed.txt", new FileInfo(Path.Combine(target, "files/link")).LinkTarget);
        Assert.Equal(now, world.ReadLive());
        await Assert.ThrowsAsync<Core.Messages.PortalException>(
            () => world.Portal.Get<RestoreToFolder>().RunAsync(world.Tenant, then, target, null, Token));
    }

    [Theory]
    [InlineData("")]
    [InlineData("new")]
    public async Task RestoreToFolder_AmongLiveFiles_IsRefused(string below)
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        Directory.Delete(world.Tenant.FilesPath, recursive: true);
        Directory.CreateDirectory(world.Tenant.FilesPath);
        var link = world.Portal.Folder["link"];
        Directory.CreateSymbolicLink(link, world.Tenant.FilesPath);

        var failure = await Assert.ThrowsAsync<Core.Messages.PortalException>(
            () => world.Portal.Get<RestoreToFolder>().RunAsync(world.Tenant, then, Path.Combine(link, below), null, Token));

        Assert.Equal("PlaceInUse", failure.What.Key);
        Assert.Empty(Directory.EnumerateFileSystemEntries(world.Tenant.FilesPath));
    }
}
