using System.Runtime.InteropServices;

namespace BackupPortal.Core.Repository;

/// <summary>When the system lets a thread run. Only Linux is asked.</summary>
internal static partial class SchedulingPolicy
{
    public const int Usual = 0; // SCHED_OTHER

    /// <summary>Only while nobody else wants the core.</summary>
    public const int Idle = 5; // SCHED_IDLE

    private const int ThreadProcessorTime = 3; // CLOCK_THREAD_CPUTIME_ID

    /// <summary>What the calling thread has worked; zero where that is not known.</summary>
    public static TimeSpan ProcessorTime => OperatingSystem.IsLinux() && GetTime(ThreadProcessorTime, out var spent) == 0
        ? TimeSpan.FromSeconds(spent.Seconds) + TimeSpan.FromMicroseconds(spent.Nanoseconds / 1000)
        : TimeSpan.Zero;

    /// <param name="thread">The system's number of a thread; a process has that of its first one. 0 for the calling thread.</param>
    public static bool TrySet(int thread, int policy) => OperatingSystem.IsLinux() && SetScheduler(thread, policy, 0) == 0;

    /// <param name="thread">As for <see cref="TrySet"/>.</param>
    /// <returns>-1 where it is not known.</returns>
    public static int Of(int thread) => OperatingSystem.IsLinux() ? GetScheduler(thread) : -1;

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int priority);

    [LibraryImport("libc", EntryPoint = "sched_getscheduler")]
    private static partial int GetScheduler(int thread);

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out TimeSpec spent);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public nint Nanoseconds;
    }
}
