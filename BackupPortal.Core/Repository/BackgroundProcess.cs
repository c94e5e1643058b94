using System.Globalization;

namespace BackupPortal.Core.Repository;

/// <summary>
/// Lets a whole command have only the processor time that nobody else wants, from its first moment on: starting it takes as much as backing up a small school,
/// and would hold up the short transactions of a school's application just so. See also <see cref="LowPriorityThreads"/>.
/// </summary>
public static class BackgroundProcess
{
    private const string Threads = "/proc/self/task";

    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// To be called first of all, since threads take over what their creator has. On a machine that is busy for long the command goes on as usual after about a
    /// second; where the system would not allow that, nothing is changed.
    /// </summary>
    public static void Begin()
    {
        if (!CanReturn())
            return;
        // Created before, so that it runs when nothing else does.
        new Thread(Watch) { IsBackground = true, Name = "priority" }.Start();
        SchedulingPolicy.TrySet(0, SchedulingPolicy.Idle);
    }

    /// <summary>Whether the system lets a thread return to the usual priority.</summary>
    internal static bool CanReturn()
    {
        var can = false;
        var trial = new Thread(() => can = SchedulingPolicy.TrySet(0, SchedulingPolicy.Idle) && SchedulingPolicy.TrySet(0, SchedulingPolicy.Usual));
        trial.Start();
        trial.Join();
        return can;
    }

    private static void Watch()
    {
        for (var before = Look(); ;)
        {
            Thread.Sleep(interval);
            var now = Look();
            if (now.Waited - before.Waited > interval / 2 && now.Worked - before.Worked < interval / 5)
            {
                Return();
                return;
            }
            before = now;
        }
    }

    private static void Return()
    {
        // A thread that one of them creates meanwhile is found by looking again.
        for (var isDone = false; !isDone;)
        {
            isDone = true;
            foreach (var thread in All())
                isDone &= SchedulingPolicy.Of(thread) != SchedulingPolicy.Idle || !SchedulingPolicy.TrySet(thread, SchedulingPolicy.Usual);
        }
    }

    /// <summary>How long all threads ran, and waited for a core.</summary>
    private static (TimeSpan Worked, TimeSpan Waited) Look()
    {
        var (worked, waited) = (TimeSpan.Zero, TimeSpan.Zero);
        foreach (var thread in All())
        {
            try
            {
                var times = File.ReadAllText($"{Threads}/{thread}/schedstat").Split(' ');
                worked += FromNanoseconds(times[0]);
                waited += FromNanoseconds(times[1]);
            }
            catch (IOException)
            {
                // It has ended; or the kernel does not tell, and nothing ever seems to wait.
            }
        }
        return (worked, waited);
    }

    private static IEnumerable<int> All() =>
        new DirectoryInfo(Threads).EnumerateDirectories().Select(thread => int.Parse(thread.Name, CultureInfo.InvariantCulture));

    private static TimeSpan FromNanoseconds(string text) => TimeSpan.FromMicroseconds(long.Parse(text, CultureInfo.InvariantCulture) / 1000);
}
