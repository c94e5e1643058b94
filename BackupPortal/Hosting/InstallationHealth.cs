using BackupPortal.Core.Catalog;
using BackupPortal.Core.Tenancy;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace BackupPortal.Hosting;

/// <summary>Healthy when the catalog answers and the data root can be written: without either, no backup can be made.</summary>
internal sealed class InstallationHealth(AccountStore accounts, DataRoot root) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            await accounts.AnyAsync(cancellationToken);
            await WriteSomethingAsync(cancellationToken);
            return HealthCheckResult.Healthy();
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            return new HealthCheckResult(context.Registration.FailureStatus, "The catalog does not answer, or the data root cannot be written.", failure);
        }
    }

    private async Task WriteSomethingAsync(CancellationToken cancellationToken)
    {
        var probe = Path.Combine(root.Path, $".health-{Guid.NewGuid():N}");
        await using var file = new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        await file.WriteAsync(new byte[] { 1 }, cancellationToken);
    }
}
