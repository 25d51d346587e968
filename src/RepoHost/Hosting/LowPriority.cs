using System.ComponentModel;
using System.Diagnostics;

namespace RepoHost.Hosting;

/// <summary>Marks a route whose requests may take much of a processor: pages, lists, commits and pushes. It is handled on <see cref="LowPriorityScheduler"/>, so that downloads come first.</summary>
internal sealed class LowPriority
{
    private LowPriority()
    {
    }

    public static LowPriority Metadata { get; } = new();

    /// <summary>Runs the rest of the pipeline at low priority for a route that is marked.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next) => context.GetEndpoint()?.Metadata.GetMetadata<LowPriority>() is null
        ? next(context)
        : Task.Factory.StartNew(() => next(context), CancellationToken.None, TaskCreationOptions.DenyChildAttach, LowPriorityScheduler.Instance).Unwrap();

    /// <summary>Lowers a program that was just started, and all that it starts. Does nothing when it has ended already or the system refuses.</summary>
    public static void Lower(Process process)
    {
        try
        {
            // Nice 10 on Linux, as the scheduler's threads.
            process.PriorityClass = ProcessPriorityClass.BelowNormal;
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
        }
    }
}

/// <summary>How routes are marked.</summary>
internal static class LowPriorityConventions
{
    public static TBuilder AtLowPriority<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(LowPriority.Metadata);
}
