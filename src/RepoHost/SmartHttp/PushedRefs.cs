using System.Globalization;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Data;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.SmartHttp;

/// <summary>
/// What stands against the refs of a push before its objects are looked at: how many there are, and whose. A pull request, <c>refs/pr/N</c>, may be pushed to by the
/// person who opened it; the API opens them, since it gives them their numbers.
/// </summary>
internal sealed class PushedRefs(PullRequests pullRequests, RefLimits limits, MissingRights rights)
{
    /// <summary>Whose each of them is, is asked one by one.</summary>
    private const int MostPullRequests = 100;

    public static bool IsPullRequest(RefUpdate update) => update.FullName.StartsWith(RefName.PullRequests, StringComparison.Ordinal);

    /// <summary>Asked before anything is received: who may not write, and has opened nothing here, can push nothing.</summary>
    /// <returns>Null when there may be something to push for the caller.</returns>
    public async Task<Refusal?> RefuseAsync(HttpContext context)
    {
        var (repository, caller) = (context.Repository(), context.Caller());
        return repository.Role is { MayWrite: true } || await pullRequests.HasOpenedAsync(repository.Record.Id, caller.UserId!, context.RequestAborted)
            ? null
            : rights.Of(caller, repository.Record, repository.Role, TokenRights.Write);
    }

    /// <summary>Empty when nothing stands against them.</summary>
    public async Task<IReadOnlyList<WriteFault>> FindFaultsAsync(HttpContext context, IReadOnlyList<RefUpdate> updates)
    {
        var (repository, caller) = (context.Repository(), context.Caller());
        if (updates.Count(IsPullRequest) > MostPullRequests)
            return [new(null, $"One push may touch {MostPullRequests} pull requests at most.")];
        var faults = new List<WriteFault>();
        foreach (var update in updates)
        {
            if (await FaultOfAsync(repository, caller, update, context.RequestAborted) is { } sentence)
                faults.Add(new(update.FullName, sentence, LackOfRights: true));
        }

        return faults.Count == 0 && limits.FaultOf(repository.Git, updates) is { } tooMany ? [new(null, tooMany)] : faults;
    }

    private async Task<string?> FaultOfAsync(IRepositoryFeature repository, Caller caller, RefUpdate update, CancellationToken cancellationToken)
    {
        if (!IsPullRequest(update))
        {
            return repository.Role is { MayWrite: true } ? null
                : $"{rights.Of(caller, repository.Record, repository.Role, TokenRights.Write).Message}: you can push to your own pull requests (refs/pr/).";
        }

        if (update.New is null)
            return "A pull request can't be deleted by a push.";
        if (!int.TryParse(RefName.Short(update.FullName), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || repository.Git.FindRef(update.FullName) is null)
            return "There is no such pull request. One is opened by the API: a commit with create_pr=1, or hf upload with --create-pr.";
        return await pullRequests.MayCommitAsync(repository.Record.Id, number, caller.UserId!, repository.Role, cancellationToken)
            ? null : "A pull request can be pushed to by the person who opened it, and by those who may write to the repository.";
    }
}
