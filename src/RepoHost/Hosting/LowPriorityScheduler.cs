using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace RepoHost.Hosting;

/// <summary>
/// Runs tasks, and what follows their awaits, on threads of a lower priority than the pool's, so that they use what downloads leave of the processors. Bounding how
/// much of such work runs at once is not enough: on two processors one thread that computes makes one download in a hundred wait for a time slice, ten times as long
/// as the download itself takes.
/// </summary>
internal sealed partial class LowPriorityScheduler : TaskScheduler
{
    /// <summary>A quarter of a processor while one other thread wants it (setpriority(2)): downloads come first, and pages do not stand still.</summary>
    private const int Nice = 5;

    private const int OfProcess = 0;

    /// <summary>More than there are processors, since some wait for the disk.</summary>
    private static readonly int MostThreads = Math.Max(16, 8 * Environment.ProcessorCount);

    private readonly BlockingCollection<Task> queue = [];
    private int threads;

    /// <summary>Tasks that wait or run. There are as many threads as that, up to the most, so that none waits behind another while there could be one more.</summary>
    private int outstanding;

    private LowPriorityScheduler()
    {
    }

    /// <summary>The one of this process. Its threads stay.</summary>
    public static LowPriorityScheduler Instance { get; } = new();

    public override int MaximumConcurrencyLevel => MostThreads;

    protected override void QueueTask(Task task)
    {
        var now = Interlocked.Increment(ref outstanding);
        queue.Add(task);
        if (now > Volatile.Read(ref threads))
            AddThread();
    }

    // Elsewhere it would run at the priority of whoever waits for it, and hold up a thread of the pool.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => Current == this && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. queue];

    /// <summary>Lowers a program that was just started, and all that it starts, in the same way. Does nothing when it has ended already.</summary>
    public static void Lower(Process process)
    {
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OfProcess, process.Id, Nice);
    }

    private void AddThread()
    {
        if (Interlocked.Increment(ref threads) > MostThreads)
        {
            Interlocked.Decrement(ref threads);
            return;
        }

        new Thread(Run) { IsBackground = true, Name = "Low priority" }.UnsafeStart();
    }

    private void Run()
    {
        // .NET's own setting does nothing on Linux, and on other Unix systems the call would lower the whole process.
        if (OperatingSystem.IsLinux())
            _ = SetPriority(OfProcess, 0, Nice);
        else
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        while (true)
        {
            TryExecuteTask(queue.Take());
            Interlocked.Decrement(ref outstanding);
        }
    }

    /// <summary>On Linux a number is a single thread, and 0 the calling one. It may lower its priority and can't raise it again, so these threads are not the pool's.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
