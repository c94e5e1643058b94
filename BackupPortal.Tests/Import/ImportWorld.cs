using BackupPortal.Core.Import;
using BackupPortal.Core.Import.Uploads;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Scenarios;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Import;

/// <summary>A school with one backup, into which files are imported.</summary>
internal sealed class ImportWorld : IAsyncDisposable
{
    private ImportWorld(RestoreWorld world) => World = world;

    public RestoreWorld World { get; }

    public Tenant Tenant => World.Tenant;

    public UploadStore Uploads => World.Portal.Get<UploadStore>();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<ImportWorld> CreateAsync(Action<ImportOptions>? configure = null, TestFolder? folder = null)
    {
        var world = await RestoreWorld.CreateAsync(
            services => services.Configure<ImportOptions>(options => configure?.Invoke(options)), folder);
        TestDatabase.Create(world.Database, "CREATE TABLE state (id INTEGER PRIMARY KEY, value TEXT NOT NULL); INSERT INTO state (value) VALUES ('live')");
        world.Write("a.txt", "live");
        return new ImportWorld(world);
    }

    /// <summary>Puts a file somewhere outside of everything that is the portal's.</summary>
    public string Outside(string name, byte[] content)
    {
        var path = Path.Combine(Directory.CreateDirectory(World.Portal.Folder["outside"]).FullName, name);
        File.WriteAllBytes(path, content);
        return path;
    }

    public Task<OperationView> RunAsync(string file, string? note = null, string? confirmed = null) =>
        World.RunAsync(OperationKind.Import, new ImportArguments(File: file, Note: note, ConfirmedTenant: confirmed).ToJson());

    /// <summary>Imports a file, and opens the backup that it became.</summary>
    public async Task<SnapshotReader> ImportAsync(string file, string? note = null, string? confirmed = null)
    {
        var view = await RunAsync(file, note, confirmed);
        Assert.True(view.State == OperationState.Succeeded, $"{view.Error} {view.Hint} {await World.LogOfAsync(view)}");
        AssertNothingIsLeft();
        return await OpenAsync(view.Outcome!.Snapshot!);
    }

    public async Task<SnapshotReader> OpenAsync(SnapshotId snapshot)
    {
        var repository = World.Portal.Get<TenantRepositories>().Of(Tenant);
        return await repository.OpenAsync(await repository.ReadRecordAsync(snapshot, Token), Token);
    }

    /// <returns>The key of the refusal.</returns>
    public async Task<string> RefuseAsync(byte[] content)
    {
        var before = await CountAsync();
        var view = await RunAsync(Outside("hostile.bin", content));
        if (view.State != OperationState.Failed)
            return $"{view.State}: {await World.LogOfAsync(view)}";
        Assert.NotNull(view.Hint);
        Assert.Equal(before, await CountAsync());
        AssertNothingIsLeft();
        return view.Error!.Key;
    }

    public void AssertNothingIsLeft()
    {
        Assert.Empty(Directory.Exists(Tenant.Home.Scratch) ? Directory.GetDirectories(Tenant.Home.Scratch, "*-*") : []);
        Assert.Equal("live", TestDatabase.Scalar(World.Database, "SELECT value FROM state"));
        Assert.Equal("live", File.ReadAllText(Path.Combine(World.Files, "a.txt")));
    }

    /// <summary>A local copy, as the portal writes it, of a backup.</summary>
    public async Task<byte[]> CopyOfAsync(SnapshotId snapshot)
    {
        var reader = await OpenAsync(snapshot);
        return await LocalCopy.WriteAsync(reader, World.Portal.Folder["copying"]);
    }

    public ValueTask DisposeAsync() => World.DisposeAsync();

    private async Task<int> CountAsync() => (await World.Portal.Get<TenantRepositories>().Of(Tenant).ListAsync(Token)).Count;
}
