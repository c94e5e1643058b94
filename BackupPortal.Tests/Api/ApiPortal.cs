using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Hosting;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Api;

/// <summary>A portal with one tenant, whose admin's programs use the API.</summary>
public sealed class ApiPortal : IAsyncLifetime
{
    public const string Admin = "admin@north.example";

    internal PortalServer Server { get; private set; } = null!;

    internal Tenant Tenant { get; private set; } = null!;

    /// <summary>With a token of the admin that has every right.</summary>
    internal ApiProgram Program { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await PortalServer.StartAsync(builder => builder.Configuration["Api:RecheckInterval"] = "00:00:00.1");
        Tenant = await Server.AddTenantAsync("north");
        TestDatabase.Create(
            Tenant.DatabasePath, "PRAGMA journal_mode = WAL; CREATE TABLE students (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO students (name) VALUES ('Mia'), ('Ben');");
        Directory.CreateDirectory(Tenant.FilesPath);
        await File.WriteAllTextAsync(Path.Combine(Tenant.FilesPath, "photo.txt"), "a photo");
        await Server.AddAccountAsync(Admin, Tenant, TenantRole.Admin);
        Program = await RunAsync();
    }

    internal async Task<ApiProgram> RunAsync(TokenRights? rights = null) => new(Server.Address, (await Server.CreateTokenAsync(Admin, rights)).Text);

    public async ValueTask DisposeAsync()
    {
        Program.Dispose();
        await Server.DisposeAsync();
    }
}
