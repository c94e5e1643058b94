using System.Runtime.InteropServices;

namespace BackupPortal.Tests.Repository;

/// <summary>Keeps the machine's first core busy with a thread of usual priority; the others stay free for other tests.</summary>
internal sealed partial class BusyCore : IDisposable
{
    private readonly Thread thread;
    private volatile bool isOver;

    public BusyCore()
    {
        thread = new Thread(() =>
        {
            Pin();
            while (!isOver)
                Thread.SpinWait(1000);
        });
        thread.Start();
    }

    /// <summary>Lets the calling thread, and what it creates, run on that core only.</summary>
    public static bool Pin()
    {
        ulong firstCore = 1;
        return SetAffinity(0, sizeof(ulong), in firstCore) == 0;
    }

    /// <summary>Starts something that shares the core.</summary>
    public static T Beside<T>(Func<T> start)
    {
        T? started = default;
        var starter = new Thread(() =>
        {
            Pin();
            started = start();
        });
        starter.Start();
        starter.Join();
        return started!;
    }

    public void Dispose()
    {
        isOver = true;
        thread.Join();
    }

    [LibraryImport("libc", EntryPoint = "sched_setaffinity")]
    private static partial int SetAffinity(int thread, nint size, in ulong cores);
}
