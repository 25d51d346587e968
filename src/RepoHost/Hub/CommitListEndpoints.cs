using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

internal sealed record CommitAuthor(string User, string? Avatar);

/// <summary>The same texts as HTML.</summary>
internal sealed record FormattedCommit(string Title, string Message);

/// <summary>One commit on the wire (contract 4.5); all but the last are mandatory in the Python client.</summary>
internal sealed record CommitItem(string Id, string Title, string Message, DateTimeOffset Date, IReadOnlyList<CommitAuthor> Authors, FormattedCommit? Formatted);

/// <summary><c>GET …/commits/{revision}</c>, newest first.</summary>
internal static class CommitListEndpoints
{
    private const int DefaultLimit = 50;
    private const int MaxLimit = 1000;

    public static void MapCommitList(this IEndpointRouteBuilder routes, RepositoryType type) =>
        routes.MapMethods($"{HubRoutes.ApiId(type)}/commits/{{**rest}}", HubRoutes.GetAndHead, CommitsAsync).WithAccess(RouteAccess.SeeRepository, type).AtLowPriority();

    private static async Task<Results<Ok<CommitItem[]>, Refused>> CommitsAsync(HttpContext context, CommitAuthors authors, PublicUrl publicUrl)
    {
        var repository = context.Repository();
        var route = RevisionRoute.Read(context, repository, RequestPieces.AfterRoute(context), nameRevision: true);
        if (route.Found is not { } asked)
            return (Refused)route.Refusal!;
        if (!asked.Path.IsRoot)
            return (Refused)HubErrors.RevisionNotFound(string.Join('/', RequestPieces.AfterRoute(context)!));

        var query = context.Request.Query;
        var limit = Math.Clamp(query.Number("limit") ?? DefaultLimit, 1, MaxLimit);
        var page = Math.Max(0, query.Number("p") ?? 0);
        var total = repository.Git.CountCommits(asked.Commit);
        var skip = (int)Math.Min((long)page * limit, int.MaxValue);
        var formatted = query.List("expand").Contains("formatted");
        var commits = skip >= total ? [] : repository.Git.Commits(asked.Commit, skip, limit);

        context.Response.Headers["X-Total-Count"] = total.ToString(CultureInfo.InvariantCulture);
        if (skip + (long)commits.Count < total && commits.Count > 0)
            PageLink.Next(context, publicUrl, (page + 1).ToString(CultureInfo.InvariantCulture), parameter: "p");
        // Commits that this server makes carry an address of its own for each account; of others the name that stands in them is all that is known.
        var accounts = await authors.AccountsAsync(commits.Select(c => c.AuthorEmail), context.RequestAborted);
        return TypedResults.Ok(commits.Select(c => Item(c, accounts.GetValueOrDefault(c.AuthorEmail, c.AuthorName), formatted)).ToArray());
    }

    private static CommitItem Item(GitCommit commit, string user, bool formatted) => new(
        commit.Id.ToString(),
        commit.Title,
        commit.Message,
        commit.Date,
        [new(user, null)],
        formatted ? new(WebUtility.HtmlEncode(commit.Title), WebUtility.HtmlEncode(commit.Message)) : null);
}
