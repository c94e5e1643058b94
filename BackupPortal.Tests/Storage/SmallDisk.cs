using System.ComponentModel;
using System.Diagnostics;

namespace BackupPortal.Tests.Storage;

/// <summary>A real file system that is soon full. Only where the account may mount one; elsewhere the test is skipped.</summary>
internal sealed class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static async Task<SmallDisk> MountAsync(string path, int megabytes)
    {
        var disk = await TryMountAsync(path, megabytes);
        Assert.SkipWhen(disk is null, "This account may not mount a file system.");
        return disk;
    }

    /// <summary>Null where this account may not mount a file system.</summary>
    public static async Task<SmallDisk?> TryMountAsync(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        return await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path) ? new SmallDisk(path) : null;
    }

    public void Dispose()
    {
        using var process = Process.Start("umount", [Path]);
        process.WaitForExit();
    }

    private static async Task<bool> RunAsync(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true })!;
            await process.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }
}
