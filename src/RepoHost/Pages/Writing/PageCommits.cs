using RepoHost.Accounts;
using RepoHost.Gating;
using RepoHost.Gating.Commits;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Pages.Writing;

/// <summary>Commits that are made on pages: the work, the rules and the turns of the commit API, with lines that no request body holds.</summary>
internal sealed class PageCommits(RepositoryCommits commits, GitSessions sessions)
{
    /// <param name="parent">The tip that the page was about; null to commit on whatever the branch has become.</param>
    public async Task<CommitOutcome> CommitAsync(
        HttpContext context, CommitTarget target, string summary, string? description, GitOid? parent, IReadOnlyList<CommitOperation> operations)
    {
        var header = new CommitHeader(summary.Trim(), (description ?? "").ReplaceLineEndings("\n").Trim(), parent?.ToString());
        var order = new CommitOrder(context.Repository().Record, context.Caller(), target, Propose: false, _ => Enumerate(header, operations));
        var outcome = CommitOutcome.Refused(HubErrors.Busy);
        TransferLimits.Apply(context);
        await sessions.TryRunAsync(GitSessionKind.Write, TransferLimits.Key(context), async cancellation => outcome = await commits.CommitAsync(order, cancellation), context.RequestAborted);
        return outcome;
    }

    private static async IAsyncEnumerable<CommitLine> Enumerate(CommitHeader header, IReadOnlyList<CommitOperation> operations)
    {
        await Task.CompletedTask;
        yield return header;
        foreach (var operation in operations)
            yield return operation;
    }
}
