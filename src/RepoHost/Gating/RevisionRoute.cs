using GateMiddleware.Rejection;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>The revision and the path that a route's tail names (contract 1.3, 1.4). Exactly one of <see cref="Found"/> and <see cref="Refusal"/> is set.</summary>
internal readonly record struct RevisionRoute(AskedPath? Found, Refusal? Refusal)
{
    /// <summary>The commit of a revision that is there, when what follows it can't be a path.</summary>
    public GitOid? KnownCommit { get; init; }

    /// <summary>What the address calls the revision, as far as it could be told.</summary>
    public string? Revision { get; init; }

    /// <summary>
    /// The address names the default branch, or the commit at its tip. Such an address means the commit that the gate was read from, also when a ref moves while
    /// the request runs.
    /// </summary>
    public bool AtDefaultTip { get; init; }

    /// <param name="pieces">What follows the route's word, decoded; null when it can't be a path.</param>
    /// <param name="nameRevision">API routes name the unknown revision in their sentence (contract 2.3 row 7).</param>
    public static RevisionRoute Read(HttpContext context, IRepositoryFeature repository, string[]? pieces, bool nameRevision)
    {
        if (pieces is null)
            return new(null, HubErrors.EntryNotFound);

        // "tree/main/" is the same folder as "tree/main".
        var end = pieces.Length;
        while (end > 1 && pieces[end - 1].Length == 0)
            end--;
        var asked = end == pieces.Length ? pieces : pieces[..end];
        if (asked.Length == 0 || asked[0].Length == 0)
            return new(null, HubErrors.RevisionNotFound());

        // Most requests name the default branch, or the commit that it stands at; where that is was just looked up for the gate.
        if (repository.Card.Tip is { } tip && IsTip(repository.Card, tip, asked[0]) && TreePath.TryParse(asked.Length == 2 ? asked[1] : string.Join('/', asked.Skip(1)), out var path))
            return new(new(tip, path), null) { Revision = asked[0], AtDefaultTip = true };

        if (repository.Git.SplitRevisionAndPath(asked) is { } split)
            return new(new(split.Commit, split.Path), null) { Revision = split.Revision.Value };

        // Either the revision is unknown, or it is known and what follows can't be a path.
        if (RevisionName.TryParse(asked[0], out var first) && repository.Git.ResolveRevision(first) is { } commit)
            return new(null, HubErrors.EntryNotFound) { KnownCommit = commit, Revision = asked[0] };

        return new(null, HubErrors.RevisionNotFound(nameRevision ? asked[0] : null)) { Revision = asked[0] };
    }

    private static bool IsTip(CardPolicy card, GitOid tip, string revision) =>
        revision == "HEAD"
        || revision == card.Branch
        || (card.Branch is { } branch && branch.Length == RefName.Heads.Length + revision.Length
            && branch.StartsWith(RefName.Heads, StringComparison.Ordinal) && branch.EndsWith(revision, StringComparison.Ordinal))
        || (revision.Length == GitOid.HexLength && tip.ToString() == revision);
}

/// <summary>A commit of the repository and a path in it that may or may not exist.</summary>
internal sealed record AskedPath(GitOid Commit, TreePath Path);
