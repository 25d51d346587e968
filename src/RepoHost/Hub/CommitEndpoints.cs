using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <param name="HookOutput">What git would print behind "remote:".</param>
internal sealed record CommitAnswer(bool Success, string CommitOid, string CommitUrl, string HookOutput, string? PullRequestUrl);

/// <summary><c>POST /api/{types}/{id}/commit/{revision}</c> (contract 7.4).</summary>
internal static class CommitEndpoints
{
    public static void MapCommit(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var pattern = $"{HubRoutes.ApiId(type)}/commit/{{**rest}}";
        routes.MapPost(pattern, (HttpContext context, RepositoryCommits commits, CommitBodies bodies, PublicUrl publicUrl) => CommitAsync(context, commits, bodies, publicUrl, CommitRoute.Branch))
            .WithAccess(RouteAccess.Write, type).WhenFlag("create_pr", false).WithAnyBody();
        routes.MapPost(pattern, (HttpContext context, RepositoryCommits commits, CommitBodies bodies, PublicUrl publicUrl) => CommitAsync(context, commits, bodies, publicUrl, CommitRoute.NewPullRequest))
            .WithAccess(RouteAccess.Propose, type).WhenFlag("create_pr", true).WithAnyBody();
        routes.MapPost($"{HubRoutes.ApiId(type)}/commit/{{**rest:{PullRequestRevision.Name}}}", (HttpContext context, RepositoryCommits commits, CommitBodies bodies, PublicUrl publicUrl) => CommitAsync(context, commits, bodies, publicUrl, CommitRoute.PullRequest))
            .WithAccess(RouteAccess.Propose, type).WhenFlag("create_pr", false).WithAnyBody();
    }

    /// <summary>The body is bounded by <see cref="UploadOptions.LargestCommitBytes"/> as it is read (trap T29).</summary>
    private static void WithAnyBody(this RouteHandlerBuilder route) => route.WithMetadata(new DisableRequestSizeLimitAttribute());

    private static async Task<Results<Ok<CommitAnswer>, Refused>> CommitAsync(
        HttpContext context, RepositoryCommits commits, CommitBodies bodies, PublicUrl publicUrl, CommitRoute route)
    {
        var (target, refused) = PullRequestRevision.Read(context, route == CommitRoute.PullRequest);
        if (target is null)
            return refused!;

        var record = context.Repository().Record;
        var outcome = await bodies.RunAsync(
            context,
            (lines, cancellation) => commits.CommitAsync(new CommitOrder(record, context.Caller(), target, route == CommitRoute.NewPullRequest, lines), cancellation));
        if (outcome.Commit is not { } commit)
            return (Refused)outcome.Refusal!;

        var page = $"/{record.Type.Prefix()}{record.FullName}";
        return TypedResults.Ok(new CommitAnswer(
            true, commit.ToString(), publicUrl.Of($"{page}/commit/{commit}"), string.Join('\n', outcome.Warnings),
            outcome.PullRequest is { } number ? publicUrl.Of(FormattableString.Invariant($"{page}/discussions/{number}")) : null));
    }
}
