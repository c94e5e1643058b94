using BackupPortal.Core.Tenancy;
using BackupPortal.Hosting;

var app = PortalHost.Build(new PortalSettings(new DataRoot("data")));
await app.RunAsync();
