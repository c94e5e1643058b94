using System.Globalization;
using System.Runtime.InteropServices;

namespace BackupPortal.Core.Repository;

/// <summary>A process that may hold a lease, described so that another process on the same host can tell whether it is dead.</summary>
/// <param name="Host">The host's name. <c>BACKUPPORTAL_HOST</c> overrides it.</param>
/// <param name="Kernel">This start of this host, and its space of process numbers (containers have their own); null where neither is known.</param>
/// <param name="Started">When the process started, in the kernel's ticks; tells it from a later one of the same number.</param>
internal sealed partial record LeaseProcess(string Host, string? Kernel, int Number, long? Started)
{
    public const string HostVariable = "BACKUPPORTAL_HOST";

    private const int NoSuchProcess = 3; // ESRCH

    public static LeaseProcess Current { get; } = Describe(Environment.GetEnvironmentVariable(HostVariable) ?? Environment.MachineName);

    public static LeaseProcess Describe(string host) => new(host, FindKernel(), Environment.ProcessId, Look(Environment.ProcessId)?.Started);

    /// <summary>True only when it is certain; a process of another host, or one that cannot be looked at, may live.</summary>
    public bool IsDeadTo(LeaseProcess here) => Kernel is not null && Kernel == here.Kernel && Host == here.Host && Started is { } started && IsDead(started);

    private bool IsDead(long started)
    {
        // Process numbers are positive; others would ask about groups of processes.
        if (Number <= 0)
            return false;
        if (Kill(Number, 0) != 0 && Marshal.GetLastPInvokeError() == NoSuchProcess)
            return true;
        return Look(Number) is { } found && (found.Started != started || found.IsZombie);
    }

    private static string? FindKernel()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            var start = File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim();
            var numbers = new FileInfo("/proc/self/ns/pid").LinkTarget;
            return numbers is null ? null : $"{start} {numbers}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static (long Started, bool IsZombie)? Look(int process)
    {
        try
        {
            // "number (name) state …": the name may hold anything, so count from the last bracket; the start is field 22.
            var text = File.ReadAllText($"/proc/{process.ToString(CultureInfo.InvariantCulture)}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (long.Parse(fields[19], CultureInfo.InvariantCulture), fields[0] is "Z" or "X");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
