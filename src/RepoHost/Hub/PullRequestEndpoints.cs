using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Hosting;

namespace RepoHost.Hub;

internal sealed record PullRequestAuthor(string Name);

internal sealed record PullRequestRepository(string Name, string Type);

/// <param name="Base">The ref it asks to change.</param>
internal sealed record PullRequestChanges(string Base);

/// <summary>What the Python client reads of a pull request; there is nothing to discuss here, so it has no events.</summary>
internal sealed record PullRequestItem(
    string Title, int Num, PullRequestAuthor? Author, DateTimeOffset CreatedAt, string Status, PullRequestRepository Repo, bool IsPullRequest, IReadOnlyList<string> Events,
    PullRequestChanges Changes, IReadOnlyList<string> FilesWithConflicts);

/// <summary>
/// <c>POST /api/{types}/{id}/discussions</c> opens a pull request without a change, as the Python client does before it uploads a folder in several commits
/// (huggingface_hub 1.27 and newer, <c>create_pull_request</c>), and <c>GET …/discussions/{number}</c> tells of one.
/// </summary>
internal static class PullRequestEndpoints
{
    /// <summary>
    /// The Hub's words for discussions that are switched off. Never an empty list: it would say that nobody has asked yet for the weights in another format, and a library
    /// then asks a conversion service elsewhere for them, with the repository's name and, where it is private, the person's token.
    /// </summary>
    private static readonly Refusal Disabled = new(403, null, "Discussions are disabled for this repo", null);

    private static readonly Refusal NoDiscussions = HubErrors.BadRequest("There are no discussions here, only pull requests: send \"pullRequest\": true.");

    public static void MapPullRequests(this IEndpointRouteBuilder routes, RepositoryType type)
    {
        routes.MapPost($"{HubRoutes.ApiId(type)}/discussions", OpenAsync).WithAccess(RouteAccess.Propose, type);
        routes.MapMethods($"{HubRoutes.ApiId(type)}/discussions", HubRoutes.GetAndHead, () => new Refused(Disabled)).WithAccess(RouteAccess.SeeRepository, type);
        routes.MapMethods($"{HubRoutes.ApiId(type)}/discussions/{{number:int}}", HubRoutes.GetAndHead, ReadAsync).WithAccess(RouteAccess.SeeRepository, type);
    }

    private static async Task<IResult> OpenAsync(HttpContext context, PullRequests pullRequests)
    {
        var (fault, document) = await JsonBody.ReadOrSayAsync(context);
        using var body = document;
        if (body is null)
            return new Refused(BodyFields.Unreadable(fault));
        var fields = new BodyFields(body);
        var (title, isPullRequest) = (fields.Text("title"), fields.Flag("pullRequest"));
        if (fields.Fault is { } invalid)
            return new Refused(invalid);
        if (isPullRequest is not true)
            return new Refused(NoDiscussions);
        if (string.IsNullOrWhiteSpace(title))
            return new Refused(HubErrors.Invalid("A pull request needs a title", "title"));

        var (repository, caller) = (context.Repository(), context.Caller());
        var (number, outcome) = await pullRequests.OpenAsync(repository, caller, title, context.RequestAborted);
        if (number is null)
            return new Refused(outcome.ToRefusal());
        return TypedResults.Ok(await FindAsync(context, pullRequests, number.Value));
    }

    private static async Task<IResult> ReadAsync(HttpContext context, int number, PullRequests pullRequests) =>
        await FindAsync(context, pullRequests, number) is { } item ? TypedResults.Ok(item) : new Refused(HubErrors.PageNotFound);

    private static async Task<PullRequestItem?> FindAsync(HttpContext context, PullRequests pullRequests, int number)
    {
        var record = context.Repository().Record;
        return await pullRequests.FindAsync(record.Id, number, context.RequestAborted) is not var (row, author) ? null : new(
            row.Title, row.Number, author is null ? null : new(author), row.CreatedAt, "open", new(record.FullName, record.Type.Singular()), true, [], new($"refs/heads/{row.BaseBranch}"), []);
    }
}
