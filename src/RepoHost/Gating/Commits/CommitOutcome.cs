using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Git;

namespace RepoHost.Gating.Commits;

/// <summary>A commit that somebody asks for; its lines come as they are read.</summary>
/// <param name="Caller">The author.</param>
/// <param name="Propose">Open a pull request for the target instead of changing it.</param>
/// <param name="Lines">Given a folder for long contents.</param>
internal sealed record CommitOrder(
    RepositoryRecord Record, Caller Caller, CommitTarget Target, bool Propose, Func<string, IAsyncEnumerable<CommitLine>> Lines);

/// <summary>Exactly one of <paramref name="Commit"/> and <paramref name="Refusal"/> is set.</summary>
/// <param name="PullRequest">The number of the pull request that was opened.</param>
/// <param name="Warnings">What the author should repair in the card.</param>
internal sealed record CommitOutcome(GitOid? Commit, Refusal? Refusal, int? PullRequest, IReadOnlyList<string> Warnings)
{
    public static CommitOutcome Refused(Refusal refusal) => new(null, refusal, null, []);

    public static CommitOutcome Done(GitOid commit, int? pullRequest = null, IReadOnlyList<string>? warnings = null) => new(commit, null, pullRequest, warnings ?? []);
}
