using BackupPortal.Core.Operations;

namespace BackupPortal.Hosting;

/// <summary>Shows open browsers what the command line does, as long as the portal runs.</summary>
internal sealed class FollowerService(CatalogFollower follower) : BackgroundService
{
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => follower.RunAsync(stoppingToken);
}
