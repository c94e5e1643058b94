using System.Runtime.Versioning;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Scenarios;

/// <summary>What a restore does to links, modes and times.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class RestoreFilesTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Restore_WhereAFolderBecameALinkOutside_ReplacesTheLinkAndTouchesNothingOutside()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var outside = Directory.CreateDirectory(world.Portal.Folder["outside"]).FullName;
        await File.WriteAllTextAsync(Path.Combine(outside, "deep.txt"), "not the school's", Token);
        Directory.CreateSymbolicLink(Path.Combine(world.Files, "deleted"), outside);
        File.CreateSymbolicLink(Path.Combine(world.Files, "added/to nothing"), "nowhere");
        var now = world.ReadLive();

        var restore = await world.RestoreAsync(then);

        Assert.Null(new DirectoryInfo(Path.Combine(world.Files, "deleted")).LinkTarget);
        Assert.Equal("then", await File.ReadAllTextAsync(Path.Combine(world.Files, "deleted/deep.txt"), Token));
        await world.UndoAsync(restore);
        Assert.Equal(now, world.ReadLive());
        Assert.Equal("not the school's", await File.ReadAllTextAsync(Path.Combine(outside, "deep.txt"), Token));
    }

    [Fact]
    public async Task Restore_WithoutAFileToSwap_NotesNoSwapOfFiles()
    {
        var isNoted = false;
        var swapped = new ActAt("FilesSwapped") { Act = () => isNoted = true };
        await using var world = await RestoreWorld.CreateAsync(services => services.AddSingleton<Core.Restore.IRestoreCheckpoint>(swapped));
        TestDatabase.Create(world.Database, "CREATE TABLE state (id INTEGER PRIMARY KEY, value); INSERT INTO state (value) VALUES ('then')");
        world.Write("kept.txt", "always");
        var then = await world.BackupAsync();
        world.Execute("UPDATE state SET value = 'now'");

        await world.RestoreAsync(then);

        Assert.False(isNoted);
        Assert.Equal("then 1\nkept.txt", world.ReadLive()[..15]);
        world.AssertNothingIsLeft();
    }

    [Fact]
    public async Task Restore_WhereTheDatabaseIsALink_SwapsWhatItLeadsTo()
    {
        var (world, then) = await RestoreWorld.CreateChangedAsync();
        await using var _ = world;
        var real = world.Portal.Folder["elsewhere.db"];
        File.Move(world.Database, real);
        File.CreateSymbolicLink(world.Database, real);
        var now = world.ReadLive();

        var restore = await world.RestoreAsync(then);

        Assert.Equal(real, new FileInfo(world.Database).LinkTarget);
        Assert.Equal("then", TestDatabase.Scalar(real, "SELECT DISTINCT value FROM state"));
        await world.UndoAsync(restore);
        Assert.Equal(now, world.ReadLive());
    }

    [Fact]
    public async Task Restore_OfModesAndTimes_SetsThemOnFilesAndFolders()
    {
        await using var world = await RestoreWorld.CreateAsync();
        world.Execute("CREATE TABLE state(value); INSERT INTO state VALUES ('x')");
        world.Write("folder/file.txt", "same");
        var (folder, file) = (Path.Combine(world.Files, "folder"), Path.Combine(world.Files, "folder/file.txt"));
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.SetLastWriteTimeUtc(file, new DateTime(2020, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Directory.SetLastWriteTimeUtc(folder, new DateTime(2021, 2, 3, 4, 5, 6, DateTimeKind.Utc));
        var snapshot = await world.BackupAsync();
        var then = $"{world.ReadLive()} {Directory.GetLastWriteTimeUtc(folder):O}";
        File.SetUnixFileMode(file, UnixFileMode.UserRead);
        await File.WriteAllTextAsync(Path.Combine(folder, "second.txt"), "x", Token);
        File.SetUnixFileMode(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherRead);

        await world.RestoreAsync(snapshot);

        Assert.Equal(then, $"{world.ReadLive()} {Directory.GetLastWriteTimeUtc(folder):O}");
    }
}
