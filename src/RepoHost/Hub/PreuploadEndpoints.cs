using System.Text.RegularExpressions;
using GateMiddleware.Rejection;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

internal sealed record PreuploadItem(string Path, string UploadMode, bool ShouldIgnore, string? Oid);

internal sealed record PreuploadAnswer(IReadOnlyList<PreuploadItem> Files, string? CommitOid);

/// <summary><c>POST /api/{types}/{id}/preupload/{revision}</c> (contract 7.2): how each file is to be sent, before any is.</summary>
internal static partial class PreuploadEndpoints
{
    public static void MapPreupload(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        var pattern = $"{HubRoutes.ApiId(type)}/preupload/{{**rest}}";
        routes.MapPost(pattern, (HttpContext context, UploadRules rules, PullRequests pullRequests, RepositoryFiles files) => AnswerAsync(context, rules, pullRequests, files, CommitRoute.Branch))
            .WithAccess(RouteAccess.Write, type).WhenFlag("create_pr", false);
        routes.MapPost(pattern, (HttpContext context, UploadRules rules, PullRequests pullRequests, RepositoryFiles files) => AnswerAsync(context, rules, pullRequests, files, CommitRoute.NewPullRequest))
            .WithAccess(RouteAccess.Propose, type).WhenFlag("create_pr", true);
        routes.MapPost($"{HubRoutes.ApiId(type)}/preupload/{{**rest:{PullRequestRevision.Name}}}", (HttpContext context, UploadRules rules, PullRequests pullRequests, RepositoryFiles files) => AnswerAsync(context, rules, pullRequests, files, CommitRoute.PullRequest))
            .WithAccess(RouteAccess.Propose, type).WhenFlag("create_pr", false);
    }

    private static async Task<Results<Ok<PreuploadAnswer>, Refused>> AnswerAsync(
        HttpContext context, UploadRules rules, PullRequests pullRequests, RepositoryFiles files, CommitRoute route)
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
        var git = repository.Git;
        var tip = git.FindRef(target.FullName);
        var attributes = GitAttributes.Read(file => file.Parent.IsRoot && body.Attributes is { } text ? text : GitAttributes.ReadText(git, tip, file));
        var ignore = new GitIgnore(folder => folder.IsRoot && body.Ignore is { } text ? text
            : folder.TryAppend(GitIgnore.FileName, out var file) ? GitAttributes.ReadText(git, tip, file) : null);
        var modes = rules.Modes(attributes, inline: repository.Role is not { MayWrite: true } || GoesToXet(context.Request.Headers.UserAgent.ToString()));

        var unmasked = TreeEndpoints.MaySeeHashes(context);
        var items = new List<PreuploadItem>(body.Files.Count);
        foreach (var file in body.Files)
        {
            context.RequestAborted.ThrowIfCancellationRequested();
            var there = tip is { } commit ? files.Find(git, commit, file.Path) : null;
            items.Add(new(
                file.SentPath, modes.IsLfs(file.Path, file.Size, file.Sample, there?.Lfs is not null) ? "lfs" : "regular", ignore.IsIgnored(file.Path), unmasked ? OidOf(there) : null));
        }

        return TypedResults.Ok(new PreuploadAnswer(items, tip?.ToString()));
    }

    /// <summary>Clients pass over a file whose own id is this one, so a link or a folder must not look like a file.</summary>
    private static string? OidOf(RepositoryFile? file) =>
        file?.Lfs is { } lfs ? lfs.Oid.ToString() : file is { Entry: { Kind: GitEntryKind.File or GitEntryKind.Executable } entry } ? entry.Oid.ToString() : null;

    /// <summary>From 1.20 on the Python client looks for Xet storage without asking, wherever a file is called lfs (contract 5.2, 5.3).</summary>
    private static bool GoesToXet(string userAgent) =>
        PythonClient().Match(userAgent) is { Success: true } client
        && int.TryParse(client.Groups[1].ValueSpan, out var major) && int.TryParse(client.Groups[2].ValueSpan, out var minor) && (major, minor).CompareTo((1, 20)) >= 0;

    [GeneratedRegex(@"\bhf_hub/(\d{1,9})\.(\d{1,9})", RegexOptions.CultureInvariant)]
    private static partial Regex PythonClient();
}
