using LibGit2Sharp;

namespace RepoHost.Git;

/// <summary>A commit as it is kept: what callers see, and its tree.</summary>
internal sealed record CommitRecord(GitCommit Commit, GitOid Tree)
{
    public long Weight => 500 + (2 * (Commit.Title.Length + Commit.Message.Length)) + (24 * Commit.Parents.Count);

    public static CommitRecord From(Commit commit)
    {
        var text = commit.Message.ReplaceLineEndings("\n").TrimStart('\n');
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var (title, rest) = end < 0 ? (text, "") : (text[..end], text[end..].Trim('\n'));
        // The committer's time: it is the one that orders a history, the author's may lie anywhere.
        return new CommitRecord(
            new GitCommit(
                ObjectReader.OidOf(commit.Id), title.TrimEnd(), rest, commit.Author.Name, commit.Author.Email, commit.Committer.When,
                [.. commit.Parents.Select(parent => ObjectReader.OidOf(parent.Id))]),
            ObjectReader.OidOf(commit.Tree.Id));
    }
}
