using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>One ref on the wire (contract 4.4).</summary>
internal sealed record RefItem(string Name, string Ref, string TargetCommit);

/// <summary>All three lists are mandatory; pull requests only when asked for.</summary>
internal sealed record RefLists(IReadOnlyList<RefItem> Branches, IReadOnlyList<RefItem> Converts, IReadOnlyList<RefItem> Tags, IReadOnlyList<RefItem>? PullRequests);

/// <summary><c>GET …/refs</c>.</summary>
internal static class RefsEndpoints
{
    /// <summary>The list has no pages in the clients, so it ends somewhere: beyond what <c>Pushes:MostRefs</c> lets a repository get by default.</summary>
    private const int MostOfFamily = 50_000;

    /// <summary>Lists of more are made a few at a time: 20,000 refs are two megabytes.</summary>
    private const int Few = 1_000;

    private const string MediaType = "application/json; charset=utf-8";

    public static void MapRefs(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapMethods($"{HubRoutes.ApiId(type)}/refs", HubRoutes.GetAndHead, RefsAsync).WithAccess(RouteAccess.SeeRepository, type).AtLowPriority();

    private static async Task<Results<Ok<RefLists>, FileContentHttpResult, Refused>> RefsAsync(
        HttpContext context, RefListTurns turns, IOptions<JsonOptions> json)
    {
        var git = context.Repository().Git;
        var (refs, pullRequests) = (git.RefNames(), context.Request.Query.Flag("include_prs"));
        if (refs.All.Count <= Few)
            return TypedResults.Ok(Lists(git, pullRequests));
        if (turns.Find(git.Id, pullRequests, refs) is { } known)
            return TypedResults.Bytes(known, MediaType);
        using var turn = await turns.TryEnterAsync(TransferLimits.Key(context), context.RequestAborted);
        if (turn is null)
            return (Refused)HubErrors.Busy;
        if (turns.Find(git.Id, pullRequests, refs) is { } madeMeanwhile)
            return TypedResults.Bytes(madeMeanwhile, MediaType);

        // Made whole before it is sent: a slow reader does not keep the turn.
        var list = JsonSerializer.SerializeToUtf8Bytes(Lists(git, pullRequests), json.Value.SerializerOptions);
        turns.Keep(git.Id, pullRequests, refs, list);
        return TypedResults.Bytes(list, MediaType);
    }

    private static RefLists Lists(GitRepository git, bool pullRequests) => new(
        Items(git, RefName.Heads), Items(git, RefName.Converts), Items(git, RefName.Tags),
        pullRequests ? Items(git, RefName.PullRequests) : null);

    private static RefItem[] Items(GitRepository git, string family) =>
        [.. git.RefsUnder(family, MostOfFamily).Select(r => new RefItem(r.Name, r.FullName, r.Target.ToString()))];
}
