using System.Diagnostics;
using BackupPortal.Core.Tenancy;

namespace BackupPortal.Tests.Operations;

/// <summary>Another real process that has a tenant's lease.</summary>
internal sealed class LeaseHolderProcess : IDisposable
{
    private readonly Process _process;

    private LeaseHolderProcess(Process process) => _process = process;

    public static async Task<LeaseHolderProcess> StartAsync(Tenant tenant)
    {
        // The shell keeps the locked descriptor itself, says so, and waits for a line that never comes.
        var lease = Path.Combine(tenant.Home.Repository, "lease");
        var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "exec 9>>\"$0\"; flock -n 9 && echo held; read line", lease])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Assert.Equal("held", await process.StandardOutput.ReadLineAsync().Bounded());
        return new LeaseHolderProcess(process);
    }

    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
