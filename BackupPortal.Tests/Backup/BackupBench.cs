using BackupPortal.Core.Backup;
using BackupPortal.Core.Operations;
using BackupPortal.Core.Repository;
using BackupPortal.Core.Snapshots;
using BackupPortal.Core.Tenancy;
using BackupPortal.Tests.Catalog;

namespace BackupPortal.Tests.Backup;

/// <summary>A tenant in a fresh installation, and backups of it without a worker in between.</summary>
internal sealed class BackupBench : IAsyncDisposable
{
    private BackupBench(TestPortal portal, Tenant tenant)
    {
        Portal = portal;
        Tenant = tenant;
        Directory.CreateDirectory(tenant.FilesPath);
    }

    public TestPortal Portal { get; }

    public Tenant Tenant { get; }

    public RecordingSink Sink { get; private set; } = new();

    public SnapshotRepository Repository => Portal.Get<TenantRepositories>().Of(Tenant);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<BackupBench> CreateAsync()
    {
        var portal = await TestPortal.CreateAsync();
        return new BackupBench(portal, await portal.AddTenantAsync());
    }

    public string FilePath(string name) => Path.Combine(Tenant.FilesPath, name);

    public Task<OperationOutcome> BackUpAsync(RecordingSink? sink = null, CancellationToken? cancellationToken = null)
    {
        Sink = sink ?? new RecordingSink();
        var handler = Portal.Services.GetServices<IOperationHandler>().Single(one => one.Kind == OperationKind.Backup);
        var context = new OperationContext(
            OperationId.Create(), Tenant, new BackupArguments(SnapshotOrigin.Manual, "note").ToJson(), "admin@school", Sink);
        return handler.RunAsync(context, cancellationToken ?? Token);
    }

    public Task<SnapshotRecord> RecordAsync(OperationOutcome outcome) => Repository.ReadRecordAsync(outcome.Snapshot!, Token);

    public async Task<SnapshotReader> OpenAsync(OperationOutcome outcome) => await Repository.OpenAsync(await RecordAsync(outcome), Token);

    public async Task<byte[]> ContentAsync(OperationOutcome outcome, string path)
    {
        var reader = await OpenAsync(outcome);
        using var content = new MemoryStream();
        await reader.WriteContentAsync(reader.Files.Single(file => file.Path == path), content, Token);
        return content.ToArray();
    }

    public ValueTask DisposeAsync() => Portal.DisposeAsync();
}
