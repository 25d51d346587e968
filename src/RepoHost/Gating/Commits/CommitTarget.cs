using System.Globalization;
using RepoHost.Git;

namespace RepoHost.Gating.Commits;

/// <summary>The ref that a commit is to be put on.</summary>
/// <param name="FullName">A branch, or <c>refs/pr/N</c>.</param>
/// <param name="PullRequest">The number of an existing pull request; null for a branch.</param>
internal sealed record CommitTarget(string FullName, int? PullRequest)
{

    /// <summary>Without <c>refs/heads/</c>.</summary>
    public string Branch => FullName.StartsWith(RefName.Heads, StringComparison.Ordinal) ? RefName.Short(FullName) : FullName;

    /// <summary>Null when no branch and no pull request has that name: a commit can't be put on tags and commits (contract 7.4).</summary>
    public static CommitTarget? Find(GitRepository repository, string revision)
    {
        var (head, tip) = repository.DefaultBranchNow();
        if (revision == "HEAD")
            return head is null ? null : new(head, null);
        if (revision.StartsWith(RefName.PullRequests, StringComparison.Ordinal))
        {
            return int.TryParse(revision.AsSpan(RefName.PullRequests.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && RefOf(number) == revision && repository.FindRef(revision) is not null ? new(revision, number) : null;
        }

        var fullName = revision.StartsWith(RefName.Heads, StringComparison.Ordinal) ? revision : RefName.Heads + revision;
        // The default branch of an empty repository comes into being with its first commit.
        return repository.FindRef(fullName) is not null || (tip is null && head == fullName) ? new(fullName, null) : null;
    }

    public static string RefOf(int pullRequest) => string.Create(CultureInfo.InvariantCulture, $"{RefName.PullRequests}{pullRequest}");
}
