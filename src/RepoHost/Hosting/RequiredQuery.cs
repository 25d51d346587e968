using Microsoft.AspNetCore.Routing.Matching;

namespace RepoHost.Hosting;

/// <summary>Declares that a route is meant only for requests whose query says so: one address, several routes, each with an access of its own.</summary>
/// <param name="Sample">A query that meets it, for tests and documents; empty when no query does.</param>
internal sealed record RequiredQuery(string Sample, Func<IQueryCollection, bool> Accepts);

internal static class RequiredQueryConventions
{
    /// <summary>The parameter is there once, with exactly this value.</summary>
    public static TBuilder WhenQuery<TBuilder>(this TBuilder builder, string key, string value)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredQuery($"?{key}={value}", query => query[key] is { Count: 1 } values && values[0] == value));

    /// <summary>The flag is set, in any spelling of yes; or it is not.</summary>
    public static TBuilder WhenFlag<TBuilder>(this TBuilder builder, string key, bool set)
        where TBuilder : IEndpointConventionBuilder =>
        builder.WithMetadata(new RequiredQuery(set ? $"?{key}=1" : "", query => query.Flag(key) == set));
}

/// <summary>Leaves out the routes whose <see cref="RequiredQuery"/> a request does not meet.</summary>
internal sealed class RequiredQueryPolicy : MatcherPolicy, IEndpointSelectorPolicy
{
    public override int Order => 1000;

    public bool AppliesToEndpoints(IReadOnlyList<Endpoint> endpoints) => endpoints.Any(e => e.Metadata.GetMetadata<RequiredQuery>() is not null);

    public Task ApplyAsync(HttpContext httpContext, CandidateSet candidates)
    {
        for (var i = 0; i < candidates.Count; i++)
        {
            if (candidates.IsValidCandidate(i) && candidates[i].Endpoint.Metadata.GetMetadata<RequiredQuery>() is { } required && !required.Accepts(httpContext.Request.Query))
                candidates.SetValidity(i, false);
        }

        return Task.CompletedTask;
    }
}
