namespace RepoHost.Hosting;

/// <summary>
/// Marks a route whose requests may take much of a processor, such as pages and lists. It is handled on <see cref="LowPriorityScheduler"/>, so that downloads come first.
/// Not for routes that receive long bodies: each piece would wait for its turn once more.
/// </summary>
internal sealed class LowPriority
{
    private LowPriority()
    {
    }

    public static LowPriority Metadata { get; } = new();

    /// <summary>Runs the rest of the pipeline at low priority for a route that is marked.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next) => context.GetEndpoint()?.Metadata.GetMetadata<LowPriority>() is null
        ? next(context)
        : RunAsync(() => next(context));

    /// <summary>Runs the work, and what follows its awaits, at low priority.</summary>
    public static Task RunAsync(Func<Task> work) =>
        Task.Factory.StartNew(work, CancellationToken.None, TaskCreationOptions.DenyChildAttach, LowPriorityScheduler.Instance).Unwrap();
}

/// <summary>How routes are marked.</summary>
internal static class LowPriorityConventions
{
    public static TBuilder AtLowPriority<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(LowPriority.Metadata);
}
