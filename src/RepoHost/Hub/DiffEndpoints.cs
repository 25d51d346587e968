using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;
using RepoHost.Lfs;

namespace RepoHost.Hub;

/// <summary>
/// What is different between two commits: <c>GET …/compare/{from}..{to}</c>, and <c>GET /{repo}/commit/{sha}.diff</c> for a commit and its first parent. It is made
/// of what the files hold, so it passes the gate like a download. With <c>raw=true</c> it is a line for each file instead.
/// </summary>
internal static class DiffEndpoints
{
    private const int MostBytes = 8 << 20;
    private const string Suffix = ".diff";

    private static readonly Refusal TooMuch = new(
        422, null, "This is too much to be compared here: more than 8 MB, or more than 10 seconds of work. Clone the repository and use git diff.", null);

    public static void MapDiffs(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        routes.MapMethods($"{HubRoutes.ApiId(type)}/compare/{{**rest}}", HubRoutes.GetAndHead, CompareAsync).WithAccess(RouteAccess.ReadContent, type).AtLowPriority();
        routes.MapMethods($"{HubRoutes.WebId(type)}/commit/{{**rest:{DiffOfCommit.Name}}}", HubRoutes.GetAndHead, CommitAsync)
            .WithAccess(RouteAccess.ReadContent, type).AtLowPriority();
    }

    private static Task<IResult> CompareAsync(HttpContext context, GitQuestions questions, RepositoryFiles files)
    {
        var asked = string.Join('/', RequestPieces.AfterRoute(context) ?? []).TrimEnd('/');
        // No ref has two dots in its name.
        var dots = asked.IndexOf("..", StringComparison.Ordinal);
        return dots < 0
            ? OfCommitAsync(context, asked, questions, files)
            : BetweenAsync(context, asked[..dots], asked[(dots + 2)..].TrimStart('.'), questions, files);
    }

    private static Task<IResult> CommitAsync(HttpContext context, GitQuestions questions, RepositoryFiles files) =>
        OfCommitAsync(context, string.Join('/', RequestPieces.AfterRoute(context) ?? [])[..^Suffix.Length], questions, files);

    private static async Task<IResult> OfCommitAsync(HttpContext context, string revision, GitQuestions questions, RepositoryFiles files)
    {
        var git = context.Repository().Git;
        if (CommitOf(git, revision) is not { } commit)
            return new Refused(HubErrors.RevisionNotFound(revision));
        var parents = git.ReadCommit(commit).Parents;
        return await AnswerAsync(context, parents.Count > 0 ? parents[0] : null, commit, questions, files);
    }

    private static async Task<IResult> BetweenAsync(HttpContext context, string from, string to, GitQuestions questions, RepositoryFiles files)
    {
        var git = context.Repository().Git;
        var (old, now) = (CommitOf(git, from), CommitOf(git, to));
        if (old is null && from != GitQuestions.EmptyTree)
            return new Refused(HubErrors.RevisionNotFound(from));
        return now is { } commit ? await AnswerAsync(context, old, commit, questions, files) : new Refused(HubErrors.RevisionNotFound(to));
    }

    private static GitOid? CommitOf(GitRepository git, string revision) => RevisionName.TryParse(revision, out var name) ? git.ResolveRevision(name) : null;

    private static async Task<IResult> AnswerAsync(HttpContext context, GitOid? from, GitOid to, GitQuestions questions, RepositoryFiles files)
    {
        var git = context.Repository().Git;
        var raw = context.Request.Query.Flag("raw");
        string[] forms = raw ? ["-z", "--raw", "--numstat"] : ["-p"];
        if (await questions.DiffTextAsync(TransferLimits.Key(context), git, from, to, forms, MostBytes, context.RequestAborted) is not { } diff)
            return new Refused(TooMuch);
        context.Response.Headers["X-Repo-Commit"] = to.ToString();
        return TypedResults.Bytes(raw ? DiffLines.Write(diff.Span, oid => SizeOf(git, files, oid)) : diff, "text/plain; charset=utf-8");
    }

    /// <summary>Of a file as it is downloaded.</summary>
    private static long SizeOf(GitRepository git, RepositoryFiles files, GitOid blob) =>
        git.Holds(blob) ? files.Describe(git, new(GitEntryKind.File, blob, TreePath.Root, git.BlobSize(blob))).Size : 0;
}

/// <summary>Tells <c>commit/{sha}.diff</c>, which is content, from the address of the commit.</summary>
internal sealed class DiffOfCommit : IRouteConstraint
{
    public const string Name = "diff";

    public bool Match(HttpContext? httpContext, IRouter? route, string routeKey, RouteValueDictionary values, RouteDirection routeDirection) =>
        values[routeKey] is string { Length: > 5 } text && text.EndsWith(".diff", StringComparison.Ordinal);
}
