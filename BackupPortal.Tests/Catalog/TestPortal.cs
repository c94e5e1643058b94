using BackupPortal.Core;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Catalog;

/// <summary>The core on a fresh data root, with its catalog migrated.</summary>
internal sealed class TestPortal : IAsyncDisposable
{
    private readonly TestFolder _folder;
    private readonly bool _ownsFolder;

    private TestPortal(TestFolder folder, bool ownsFolder, ServiceProvider services)
    {
        _folder = folder;
        _ownsFolder = ownsFolder;
        Services = services;
    }

    public ServiceProvider Services { get; }

    public TestFolder Folder => _folder;

    public DataRoot Root => Get<DataRoot>();

    /// <param name="shareWith">Use the data root of another one, as a second process would.</param>
    /// <param name="in">A folder that becomes the portal's own; null for a new one.</param>
    public static async Task<TestPortal> CreateAsync(Action<IServiceCollection>? configure = null, TestPortal? shareWith = null, TestFolder? @in = null)
    {
        var folder = shareWith?._folder ?? @in ?? new TestFolder();
        var portal = new TestPortal(folder, shareWith is null, Build(folder, configure));
        await portal.Get<CatalogMigration>().ApplyAsync(TestContext.Current.CancellationToken);
        return portal;
    }

    /// <summary>On a folder of the caller's, and with nothing migrated.</summary>
    public static TestPortal OverFolder(TestFolder folder, Action<IServiceCollection>? configure = null) => new(folder, ownsFolder: false, Build(folder, configure));

    private static ServiceProvider Build(TestFolder folder, Action<IServiceCollection>? configure)
    {
        var services = new ServiceCollection();
        services.AddBackupPortalCore(new DataRoot(folder["data"]));
        configure?.Invoke(services);
        return services.BuildServiceProvider(validateScopes: true);
    }

    public T Get<T>() where T : notnull => Services.GetRequiredService<T>();

    public Task<Tenant> AddTenantAsync(string slug = "school") => Get<TenantRegistration>().AddAsync(
        new NewTenant(slug, $"School {slug}", null, null, null), trustPaths: false, "test", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Services.DisposeAsync();
        if (_ownsFolder)
            _folder.Dispose();
    }
}
