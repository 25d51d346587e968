using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Hosting;

namespace RepoHost.Hub;

internal sealed record PreuploadItem(string Path, string UploadMode, bool ShouldIgnore, string? Oid);

internal sealed record PreuploadAnswer(IReadOnlyList<PreuploadItem> Files, string? CommitOid);

/// <summary><c>POST /api/{types}/{id}/preupload/{revision}</c> (contract 7.2): how each file is to be sent, before any is.</summary>
internal static class PreuploadEndpoints
{
    public static void MapPreupload(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var pattern = $"{HubRoutes.ApiId(type)}/preupload/{{**rest}}";
        routes.MapPost(pattern, (HttpContext context, PullRequests pullRequests, PreuploadFiles files) => AnswerAsync(context, pullRequests, files, CommitRoute.Branch))
            .WithAccess(RouteAccess.Write, type).WhenFlag("create_pr", false).AtLowPriority();
        routes.MapPost(pattern, (HttpContext context, PullRequests pullRequests, PreuploadFiles files) => AnswerAsync(context, pullRequests, files, CommitRoute.NewPullRequest))
            .WithAccess(RouteAccess.Propose, type).WhenFlag("create_pr", true).AtLowPriority();
        routes.MapPost($"{HubRoutes.ApiId(type)}/preupload/{{**rest:{PullRequestRevision.Name}}}", (HttpContext context, PullRequests pullRequests, PreuploadFiles files) => AnswerAsync(context, pullRequests, files, CommitRoute.PullRequest))
            .WithAccess(RouteAccess.Propose, type).WhenFlag("create_pr", false).AtLowPriority();
    }

    private static async Task<Results<Ok<PreuploadAnswer>, Refused>> AnswerAsync(
        HttpContext context, PullRequests pullRequests, PreuploadFiles files, CommitRoute route)
    {
        var (target, refused) = PullRequestRevision.Read(context, route == CommitRoute.PullRequest);
        if (target is null)
            return refused!;

        using var document = await JsonBody.ReadAsync(context, PreuploadBody.LargestBody);
        var (body, invalid) = PreuploadBody.Read(document);
        if (body is null)
            return (Refused)invalid!;

        var repository = context.Repository();
        if (target.PullRequest is { } number && !await pullRequests.MayCommitAsync(repository.Record.Id, number, context.Caller().UserId!, repository.Role, context.RequestAborted))
            return (Refused)HubErrors.NotPermitted;
        // A client that would look for Xet storage sends files with the commit instead, wherever it still has them by then.
        var inline = ClientPrograms.GoesToXet(context.Request) && !ClientPrograms.DeletesBeforeCommit(context.Request);
        var question = new PreuploadQuestion(body, repository.Git, repository.Git.FindRef(target.FullName), inline, TreeEndpoints.MaySeeHashes(context), TransferLimits.Key(context));
        var (answer, refusal) = await files.AnswerAsync(question, context.RequestAborted);
        if (answer is null)
            return (Refused)refusal!;
        if (ClientPrograms.GoesToXet(context.Request) && answer.Files.Any(file => file.UploadMode == "lfs"))
            context.Response.Headers.Append("X-HF-Warning", $"xet; {XetEndpoints.Advice}");
        return TypedResults.Ok(answer);
    }
}
