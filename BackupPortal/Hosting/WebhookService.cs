using BackupPortal.Core.Maintenance;

namespace BackupPortal.Hosting;

/// <summary>Tells webhooks what waits to be told, by whichever process, as long as the portal runs.</summary>
internal sealed class WebhookService(WebhookDelivery delivery) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => delivery.RunAsync(stoppingToken);
}
