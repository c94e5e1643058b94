using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace BackupPortal.Tests.Restore;

/// <summary>Takes from this whole process what a full disk and a changed permission take: only for a process of its own.</summary>
[UnsupportedOSPlatform("windows")]
internal static partial class FaultLimits
{
    private const int FileSize = 1; // RLIMIT_FSIZE
    private const int FileSizeSignal = 25; // SIGXFSZ, which would end the process
    private const nint Ignore = 1;
    private const int Nobody = 65534;

    /// <summary>A privileged process may write everywhere, whatever the permissions say.</summary>
    public static void GiveUpPrivileges()
    {
        _ = Signal(FileSizeSignal, Ignore);
        if (!Environment.IsPrivilegedProcess)
            return;
        if (SetGroups(0, []) != 0 || SetGroup(Nobody) != 0 || SetUser(Nobody) != 0)
            throw new InvalidOperationException("The privileges of this process cannot be given up.");
    }

    /// <summary>No file gets longer than that from here on, as on a full disk; null for no limit.</summary>
    public static void LimitFileSize(ulong? bytes)
    {
        if (GetLimit(FileSize, out var limit) != 0 || SetLimit(FileSize, limit with { Current = bytes ?? limit.Most }) != 0)
            throw new InvalidOperationException("The size of files cannot be limited.");
    }

    [LibraryImport("libc", EntryPoint = "signal")]
    private static partial nint Signal(int number, nint handler);

    [LibraryImport("libc", EntryPoint = "setgroups")]
    private static partial int SetGroups(nint count, int[] groups);

    [LibraryImport("libc", EntryPoint = "setgid")]
    private static partial int SetGroup(int id);

    [LibraryImport("libc", EntryPoint = "setuid")]
    private static partial int SetUser(int id);

    [LibraryImport("libc", EntryPoint = "getrlimit")]
    private static partial int GetLimit(int resource, out Limit limit);

    [LibraryImport("libc", EntryPoint = "setrlimit")]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private record struct Limit(ulong Current, ulong Most);
}
