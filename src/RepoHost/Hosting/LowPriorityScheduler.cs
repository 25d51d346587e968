using System.Collections.Concurrent;
using System.Runtime.InteropServices;

namespace RepoHost.Hosting;

/// <summary>
/// Runs tasks, and what follows their awaits, on threads of a lower priority than the pool's, so that they use what downloads leave of the processors. Bounding how
/// much of such work runs at once is not enough: on two processors one thread that computes makes one download in a hundred wait for a time slice, ten times as long
/// as the download itself takes.
/// </summary>
internal sealed partial class LowPriorityScheduler : TaskScheduler
{
    /// <summary>About a tenth of a processor while others want it (setpriority(2)).</summary>
    private const int Nice = 10;

    private const int OfThread = 0;

    /// <summary>More than there are processors, since some wait for the disk.</summary>
    private static readonly int MostThreads = Math.Max(16, 8 * Environment.ProcessorCount);

    private readonly BlockingCollection<Task> queue = [];
    private int threads;
    private int idle;

    private LowPriorityScheduler()
    {
    }

    /// <summary>The one of this process. Its threads stay.</summary>
    public static LowPriorityScheduler Instance { get; } = new();

    public override int MaximumConcurrencyLevel => MostThreads;

    protected override void QueueTask(Task task)
    {
        queue.Add(task);
        if (Volatile.Read(ref idle) < queue.Count && Volatile.Read(ref threads) < MostThreads)
            AddThread();
    }

    // Elsewhere it would run at the priority of whoever waits for it, and hold up a thread of the pool.
    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => Current == this && !taskWasPreviouslyQueued && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [.. queue];

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
            _ = SetPriority(OfThread, 0, Nice);
        else
            Thread.CurrentThread.Priority = ThreadPriority.BelowNormal;
        while (true)
        {
            Interlocked.Increment(ref idle);
            var task = queue.Take();
            Interlocked.Decrement(ref idle);
            TryExecuteTask(task);
        }
    }

    /// <summary>On Linux, 0 is the calling thread. It may lower its priority and can't raise it again, so these threads are not the pool's.</summary>
    [LibraryImport("libc", EntryPoint = "setpriority")]
    private static partial int SetPriority(int which, int who, int priority);
}
