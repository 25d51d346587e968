using LibGit2Sharp;

namespace RepoHost.Git;

/// <summary>A commit as it is kept: what callers see, and its tree.</summary>
internal sealed record CommitRecord(GitCommit Commit, GitOid Tree)
{
    public long Weight => 500 + (2 * (Commit.Title.Length + Commit.Message.Length)) + (24 * Commit.Parents.Count);

    /// <summary>Null when libgit2 has lost something of it: a time outside the calendar, a text that is no UTF-8. <see cref="CommitText"/> then reads the object itself.</summary>
    public static CommitRecord? TryFrom(Commit commit)
    {
        if (commit.Encoding is { } encoding && !encoding.Equals("UTF-8", StringComparison.OrdinalIgnoreCase))
            return null;
        try
        {
            var (author, committer) = (commit.Author, commit.Committer);
            // Its word for a time that is missing, too.
            if (committer.When.ToUnixTimeSeconds() == 0 || HasLost(commit.Message) || HasLost(author.Name) || HasLost(author.Email))
                return null;
            var (title, rest) = Split(commit.Message);
            // The committer's time: it is the one that orders a history, the author's may lie anywhere.
            return new CommitRecord(
                new GitCommit(
                    ObjectReader.OidOf(commit.Id), title, rest, author.Name, author.Email, committer.When,
                    [.. commit.Parents.Select(parent => ObjectReader.OidOf(parent.Id))]),
                ObjectReader.OidOf(commit.Tree.Id));
        }
        catch (ArgumentException)
        {
            // It builds both times, and its calendar ends with the year 9999.
            return null;
        }
    }

    /// <summary>Title and message of a text.</summary>
    public static (string Title, string Message) Split(string text)
    {
        text = text.ReplaceLineEndings("\n").TrimStart('\n');
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        return end < 0 ? (text.TrimEnd(), "") : (text[..end].TrimEnd(), text[end..].Trim('\n'));
    }

    private static bool HasLost(string text) => text.Contains('\ufffd', StringComparison.Ordinal);
}
