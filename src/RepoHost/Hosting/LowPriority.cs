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
}

/// <summary>How routes are marked.</summary>
internal static class LowPriorityConventions
{
    public static TBuilder AtLowPriority<TBuilder>(this TBuilder builder)
        where TBuilder : IEndpointConventionBuilder => builder.WithMetadata(LowPriority.Metadata);
}
