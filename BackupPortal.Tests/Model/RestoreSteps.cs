using System.Runtime.Versioning;
using BackupPortal.Core.Restore;
using BackupPortal.Core.Verification;

namespace BackupPortal.Tests.Model;

/// <summary>Restores and proofs of snapshots, compared with what must be in them.</summary>
[UnsupportedOSPlatform("windows")]
internal static class RestoreSteps
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task RestoreAsync(World world)
    {
        if (world.Oracle.Count == 0)
            return;
        var which = Pick(world);
        await CompareAsync(world, which);
        world.Told = world.Oracle.Snapshots[which].Record.Id.Value;
    }

    public static async Task VerifyAsync(World world)
    {
        if (world.Oracle.Count == 0)
            return;
        var (record, _) = world.Oracle.Snapshots[Pick(world)];
        var reader = await world.Repository.OpenAsync(await world.Repository.ReadRecordAsync(record.Id, Token), Token);
        var isDrill = world.Random.Next(3) == 0;
        Assert.Empty(isDrill ? (await new SnapshotDrill(world.Tenant, reader).RunAsync(null, Token)).Problems : await reader.VerifyAsync(null, Token));
        world.Told = record.Id.Value;
    }

    /// <summary>An old state becomes the live one: what was given up long ago is current again.</summary>
    public static async Task GoBackAsync(World world)
    {
        if (world.Oracle.Count == 0)
            return;
        var which = Pick(world);
        var folder = await RestoreAsync(world, which);
        world.Database.Become(Path.Combine(folder, "app.db"));
        world.Files.Become(Path.Combine(folder, "files"));
        Directory.Delete(folder, recursive: true);
        world.Told = world.Oracle.Snapshots[which].Record.Id.Value;
    }

    public static async Task CompareAllAsync(World world)
    {
        for (var i = 0; i < world.Oracle.Count; i++)
            await CompareAsync(world, i);
    }

    public static async Task CompareAsync(World world, int which)
    {
        var (record, state) = world.Oracle.Snapshots[which];
        var folder = await RestoreAsync(world, which);
        var database = state.Database.Difference(DatabaseState.Of(Path.Combine(folder, "app.db")));
        Assert.True(database is null, $"The database of {record.Id} came back wrong: {database}.");
        var files = FolderState.Difference(state.Files, FolderState.Of(Path.Combine(folder, "files")));
        Assert.True(files is null, $"The files of {record.Id} came back wrong: {files}.");
        Directory.Delete(folder, recursive: true);
    }

    private static async Task<string> RestoreAsync(World world, int which)
    {
        var reader = await world.Repository.OpenAsync(await world.Repository.ReadRecordAsync(world.Oracle.Snapshots[which].Record.Id, Token), Token);
        var folder = world.NewFolder();
        await RestoreToFolder.WriteAsync(reader, folder, null, Token);
        return folder;
    }

    private static int Pick(World world) =>
        // The newest are looked at more often: mistakes are made there.
        world.Random.Next(2) == 0 ? world.Oracle.Count - 1 : world.Random.Next(world.Oracle.Count);
}
