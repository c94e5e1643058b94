using BackupPortal.Core.Catalog;
using BackupPortal.Core.Operations;
using BackupPortal.Tests.Sources;
using Microsoft.Extensions.Options;

namespace BackupPortal.Tests.Hosting;

/// <summary>What an operator sets in the configuration reaches the part that it is meant for.</summary>
public sealed class ConfigurationTests : IDisposable
{
    private readonly TestFolder _outside = new();

    [Fact]
    public async Task AddTenant_DatabaseUnderAnAllowedRoot_IsTakenAndElsewhereRefused()
    {
        var allowed = CreateDatabase("schools/park.db");
        var elsewhere = CreateDatabase("elsewhere/park.db");
        await using var server = await PortalServer.StartAsync(builder => builder.Configuration["Tenants:AllowedRoots:0"] = _outside["schools"]);
        var registration = server.Services.GetRequiredService<TenantRegistration>();

        var refused = await Assert.ThrowsAsync<InvalidTenantException>(() => AddAsync(registration, elsewhere));
        var tenant = await AddAsync(registration, allowed);

        Assert.Equal(nameof(NewTenant.DatabasePath), Assert.Single(refused.Problems).Field);
        Assert.Equal(allowed, tenant.DatabasePath);
    }

    [Fact]
    public async Task Start_OperationsAndNightly_AreTakenFromTheConfiguration()
    {
        await using var server = await PortalServer.StartAsync(builder =>
        {
            builder.Configuration["Operations:Parallelism"] = "7";
            builder.Configuration["Nightly:SpreadWindow"] = "00:30:00";
        });

        Assert.Equal(7, server.Services.GetRequiredService<IOptions<OperationOptions>>().Value.Parallelism);
        Assert.Equal(TimeSpan.FromMinutes(30), server.Services.GetRequiredService<IOptions<NightlyOptions>>().Value.SpreadWindow);
    }

    [Fact]
    public async Task Start_KeysThatSignCookies_AreForTheirOwnerAlone()
    {
        await using var server = await PortalServer.StartAsync();

        var keys = new DirectoryInfo(server.Services.GetRequiredService<Core.Tenancy.DataRoot>().Keys);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, keys.UnixFileMode);
    }

    public void Dispose() => _outside.Dispose();

    private static Task<Core.Tenancy.Tenant> AddAsync(TenantRegistration registration, string database) =>
        registration.AddAsync(new NewTenant("park", "Park", null, database, null), trustPaths: false, "test", TestContext.Current.CancellationToken);

    private string CreateDatabase(string name)
    {
        var path = _outside[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        TestDatabase.Create(path, "CREATE TABLE students (id INTEGER PRIMARY KEY)");
        return path;
    }
}
