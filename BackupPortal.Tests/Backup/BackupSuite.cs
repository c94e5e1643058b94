namespace BackupPortal.Tests.Backup;

/// <summary>Tests with a <see cref="BackupBench"/> each.</summary>
public abstract class BackupSuite : IAsyncLifetime
{
    private protected BackupBench bench = null!;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private protected string Live => bench.Tenant.DatabasePath;

    public async ValueTask InitializeAsync() => bench = await BackupBench.CreateAsync();

    public async ValueTask DisposeAsync()
    {
        await bench.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
