using BackupPortal.Core.Operations;

namespace BackupPortal.Hosting;

/// <summary>Runs the worker that takes queued operations, as long as the portal runs.</summary>
internal sealed class OperationService(OperationWorker worker) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => worker.RunAsync(stoppingToken);
}
