using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using BackupPortal.Hosting;

var app = PortalHost.Build(new PortalSettings(new DataRoot("data")));
await app.Services.GetRequiredService<CatalogMigration>().ApplyAsync(CancellationToken.None);
await app.RunAsync();
