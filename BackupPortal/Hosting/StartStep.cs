namespace BackupPortal.Hosting;

/// <summary>Work that is done before any hosted service starts, the server among them. Steps run one after the other, as they were added.</summary>
internal abstract class StartStep : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => RunAsync(cancellationToken);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected abstract Task RunAsync(CancellationToken cancellationToken);
}
