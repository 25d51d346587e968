using System.Globalization;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Tests.Hub;
using Xunit;

namespace RepoHost.Tests.Hosting;

/// <summary>Work that takes much of a processor gives way to downloads.</summary>
public sealed class LowPriorityTests
{
    [Fact]
    public async Task Work_and_what_follows_its_awaits_run_on_threads_that_give_way()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "How nice a thread is stands in /proc.");
        var niceBefore = Nice();
        var (first, later) = await OnSchedulerAsync(async () =>
        {
            var begun = Nice();
            await Task.Yield();
            await Task.Delay(1);
            return (begun, Nice());
        });
        Assert.Equal((5, 5), (first, later));
        await Task.Yield();
        Assert.Equal(niceBefore, Nice());
    }

    [Fact]
    public async Task More_tasks_than_threads_all_end()
    {
        var most = LowPriorityScheduler.Instance.MaximumConcurrencyLevel;
        var (running, peak) = (0, 0);
        var tasks = Enumerable.Range(0, 4 * most).Select(number => OnSchedulerAsync(async () =>
        {
            var now = Interlocked.Increment(ref running);
            InterlockedMax(ref peak, now);
            // The thread is kept for a moment, as one that waits for the disk.
            SpinWait.SpinUntil(() => Volatile.Read(ref peak) > 1, TimeSpan.FromMilliseconds(50));
            Interlocked.Decrement(ref running);
            await Task.Yield();
            return number;
        }));
        Assert.Equal(Enumerable.Range(0, 4 * most), await Task.WhenAll(tasks));
        Assert.InRange(peak, 2, most);
    }

    [Fact]
    public async Task A_task_never_stands_behind_one_that_waits_for_it()
    {
        for (var round = 0; round < 500; round++)
        {
            using var done = new ManualResetEventSlim();
            var waits = OnSchedulerAsync(() => Task.FromResult(done.Wait(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken)));
            await OnSchedulerAsync(() =>
            {
                done.Set();
                return Task.FromResult(0);
            });
            Assert.True(await waits);
        }
    }

    [Fact]
    public async Task A_fault_reaches_the_one_who_waits() =>
        await Assert.ThrowsAsync<InvalidDataException>(() => OnSchedulerAsync<int>(() => throw new InvalidDataException("fault")));

    [Fact]
    public async Task Pushes_and_commits_give_way_and_fetches_do_not()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "How nice a thread is stands in /proc.");
        var sessions = new GitSessions(Options.Create(new GitHttpOptions()), TimeProvider.System);
        foreach (var (kind, nice) in ((GitSessionKind, int)[])[(GitSessionKind.Write, 5), (GitSessionKind.Fetch, Nice())])
        {
            var there = -1;
            Assert.True(await sessions.TryRunAsync(kind, "caller", async _ =>
            {
                await Task.Yield();
                there = Nice();
            }, TestContext.Current.CancellationToken));
            Assert.Equal(nice, there);
        }
    }

    private static Task<T> OnSchedulerAsync<T>(Func<Task<T>> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, LowPriorityScheduler.Instance).Unwrap();

    private static void InterlockedMax(ref int most, int value)
    {
        for (var known = most; value > known; known = most)
            Interlocked.CompareExchange(ref most, value, known);
    }

    /// <summary>Of the calling thread: proc(5), the field "nice", counted from behind the name, which may hold anything.</summary>
    private static int Nice()
    {
        var stat = File.ReadAllText("/proc/thread-self/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}

/// <summary>Which routes give way, from the routes that there are.</summary>
public sealed class LowPriorityRouteTests(HubApplication application) : IClassFixture<HubApplication>
{
    [Fact]
    public void Pages_and_lists_give_way_and_no_download()
    {
        var routes = application.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>().ToArray();
        var low = routes.Where(route => route.Metadata.GetMetadata<LowPriority>() is not null).ToHashSet();
        Assert.All(routes.Where(route => route.Metadata.GetMetadata<PageActionDescriptor>() is not null), page => Assert.Contains(page, low));
        foreach (var word in (string[])["/tree/", "/paths-info/", "/commits/", "/refs", "/preupload/", "/compare/", "api/models", "validate-yaml"])
            Assert.Contains(low, route => route.RoutePattern.RawText!.Contains(word, StringComparison.Ordinal));
        foreach (var word in (string[])["/resolve/", "/raw/", "git-upload-pack", "/info/lfs/objects/"])
        {
            Assert.Contains(routes, route => route.RoutePattern.RawText!.Contains(word, StringComparison.Ordinal));
            Assert.DoesNotContain(low, route => route.RoutePattern.RawText!.Contains(word, StringComparison.Ordinal));
        }
    }
}
