using System.Diagnostics;

namespace BackupPortal.Core.Repository;

/// <summary>
/// One thread a core for hashing and compressing, which gets the processor time that nobody else wants: a school's application that wakes up meanwhile runs
/// at once. Threads of usual priority would hold up its short transactions by some milliseconds each, and so would threads that are only nicer.
/// </summary>
/// <remarks>
/// On a machine that is busy for long such a thread gets next to nothing. When that is seen, work goes to the usual threads for <see cref="Relief"/>.
/// Work that waits for others or holds a lock does not belong here.
/// </remarks>
internal sealed class LowPriorityThreads : TaskScheduler
{
    // Shorter waits also come from reading a disk, and harm nobody.
    private static readonly TimeSpan longWait = TimeSpan.FromMilliseconds(200);

    /// <summary>How long work goes to usual threads once the others were found to be held up.</summary>
    public static readonly TimeSpan Relief = TimeSpan.FromMinutes(2);

    // Also what idle threads wait at.
    private readonly Queue<Task> queue = [];
    private readonly TimeProvider time;

    // No more at a time than there are cores: each piece of work has tables and buffers of megabytes.
    private readonly TaskFactory usual = new(new ConcurrentExclusiveSchedulerPair(Default, Environment.ProcessorCount).ConcurrentScheduler);

    // A command that has a low priority as a whole needs no threads for it.
    private readonly bool isNeeded = SchedulingPolicy.Of(Environment.ProcessId) != SchedulingPolicy.Idle;
    private bool isStarted;
    private long relievedAt = long.MinValue;

    public LowPriorityThreads(TimeProvider time) => this.time = time;

    public static LowPriorityThreads Shared { get; } = new(TimeProvider.System);

    /// <summary>Whether work goes to the usual threads.</summary>
    public bool IsRelieved
    {
        get
        {
            var at = Interlocked.Read(ref relievedAt);
            return at != long.MinValue && time.GetElapsedTime(at) < Relief;
        }
    }

    public override int MaximumConcurrencyLevel => Environment.ProcessorCount;

    /// <summary>
    /// For work of more than half a millisecond, in between. The scheduler lets one who wakes up run at once only when it had no more than its share before;
    /// otherwise whoever computes keeps the core until the next tick of the clock, which is up to 4 ms away.
    /// </summary>
    public static void LetOthersRun() => Thread.Yield();

    public Task<T> Run<T>(Func<T> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this);

    public Task<T> Run<T>(Func<Task<T>> work) => Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, this).Unwrap();

    protected override IEnumerable<Task> GetScheduledTasks()
    {
        lock (queue)
            return [.. queue];
    }

    // Whoever waits for a task has the usual priority, and must not do the work itself.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override void QueueTask(Task task)
    {
        if (!isNeeded || IsRelieved)
        {
            HandOver(task);
            return;
        }
        lock (queue)
        {
            queue.Enqueue(task);
            if (!isStarted)
                Start();
            Monitor.Pulse(queue);
        }
    }

    private void HandOver(Task task) => usual.StartNew(() => TryExecuteTask(task));

    private void Start()
    {
        isStarted = true;
        for (var i = 0; i < MaximumConcurrencyLevel; i++)
            new Thread(Work) { IsBackground = true, Name = "engine", Priority = ThreadPriority.Lowest }.Start();
    }

    private void Work()
    {
        // Where the system does not let it, the thread keeps the usual priority: that is slower for others, not wrong.
        SchedulingPolicy.TrySet(0, SchedulingPolicy.Idle);
        while (true)
        {
            var next = Take();
            if (IsRelieved)
            {
                HandOver(next);
                continue;
            }
            var begun = Stopwatch.GetTimestamp();
            var worked = SchedulingPolicy.ProcessorTime;
            TryExecuteTask(next);
            // Nothing that is done here takes so long by itself.
            if (Stopwatch.GetElapsedTime(begun) - (SchedulingPolicy.ProcessorTime - worked) > longWait)
                Interlocked.Exchange(ref relievedAt, time.GetTimestamp());
        }
    }

    private Task Take()
    {
        lock (queue)
        {
            Task? next;
            while (!queue.TryDequeue(out next))
                Monitor.Wait(queue);
            return next;
        }
    }
}
