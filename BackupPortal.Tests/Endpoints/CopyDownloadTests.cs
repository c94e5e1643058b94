using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using BackupPortal.Core.Backup;
using BackupPortal.Core.Catalog;
using BackupPortal.Core.Copies;
using BackupPortal.Core.Export;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Hosting;
using BackupPortal.Tests.Sources;

namespace BackupPortal.Tests.Endpoints;

public sealed class CopyDownloadTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Download_BrokenOff_GoesOnWhereItWas()
    {
        await using var server = await PortalServer.StartAsync();
        var (tenant, file) = await ExportAsync(server);
        await server.AddAccountAsync("anna@north.example", tenant, TenantRole.Admin);
        using var anna = await server.SignInAsync("anna@north.example");
        var address = $"/t/north/copies/{file.Place}/{file.Name}";

        anna.Headers.Range = new RangeHeaderValue(0, 999);
        using var first = await anna.GetAsync(address);
        var tag = first.Headers.ETag!;
        anna.Headers.Range = new RangeHeaderValue(1000, null);
        anna.Headers.IfRange = new RangeConditionHeaderValue(tag);
        using var rest = await anna.GetAsync(address);
        anna.Headers.IfRange = new RangeConditionHeaderValue(new EntityTagHeaderValue("\"another file\""));
        using var anew = await anna.GetAsync(address);

        Assert.Equal(HttpStatusCode.PartialContent, first.StatusCode);
        Assert.Equal(HttpStatusCode.PartialContent, rest.StatusCode);
        Assert.Equal(HttpStatusCode.OK, anew.StatusCode);
        byte[] whole = [.. await first.Content.ReadAsByteArrayAsync(Stop), .. await rest.Content.ReadAsByteArrayAsync(Stop)];
        Assert.Equal(file.Note!.Sha256, Convert.ToHexStringLower(SHA256.HashData(whole)));
        Assert.Equal($"sha-256=:{Convert.ToBase64String(SHA256.HashData(whole))}:", Assert.Single(rest.Headers.GetValues("Repr-Digest")));
        Assert.Equal("attachment", rest.Content.Headers.ContentDisposition!.DispositionType);
        Assert.Equal("private, no-store", rest.Headers.CacheControl!.ToString().Replace("no-store, private", "private, no-store", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Download_ByAnybodyElse_IsRefused()
    {
        await using var server = await PortalServer.StartAsync();
        var (tenant, file) = await ExportAsync(server);
        var south = await server.AddTenantAsync("south");
        await server.AddAccountAsync("mia@north.example", tenant, TenantRole.Member);
        await server.AddAccountAsync("bob@south.example", south, TenantRole.Admin);
        using var member = await server.SignInAsync("mia@north.example");
        using var other = await server.SignInAsync("bob@south.example");
        using var stranger = server.NewVisitor();
        var address = $"/t/north/copies/{file.Place}/{file.Name}";

        Assert.Equal(HttpStatusCode.Forbidden, (await member.GetAsync(address, "*/*")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync(address, "*/*")).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/t/south/copies/{file.Place}/..%2F..%2Fnorth%2Fexports%2F{file.Name}", "*/*")).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await stranger.GetAsync(address, "*/*")).StatusCode);
    }

    private static async Task<(Tenant Tenant, KeptFile File)> ExportAsync(PortalServer server)
    {
        var tenant = await server.AddTenantAsync("north");
        TestDatabase.Create(tenant.DatabasePath, "CREATE TABLE t (a); INSERT INTO t VALUES (randomblob(5000))");
        var runner = server.Services.GetRequiredService<OperationRunner>();
        var made = await runner.RunNowAsync(tenant, OperationKind.Backup, new BackupArguments(SnapshotOrigin.Manual, null).ToJson(), "test", null, Stop);
        var arguments = new ExportArguments(made.Outcome!.Snapshot!.Value, ExportFormat.Zip).ToJson();
        var done = await runner.RunNowAsync(tenant, OperationKind.Export, arguments, "test", null, Stop);
        var details = ExportDetails.Find(done)!;
        return (tenant, server.Services.GetRequiredService<KeptFiles>().Find(tenant, details.Place, details.Name)!);
    }
}
