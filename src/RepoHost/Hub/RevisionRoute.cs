using GateMiddleware.Rejection;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>The revision and the path that a route's tail names (contract 1.3, 1.4). Exactly one of <see cref="Found"/> and <see cref="Refusal"/> is set.</summary>
internal readonly record struct RevisionRoute(AskedPath? Found, Refusal? Refusal)
{
    /// <param name="nameRevision">API routes name the unknown revision in their sentence (contract 2.3 row 7).</param>
    public static RevisionRoute Read(HttpContext context, IRepositoryFeature repository, bool nameRevision)
    {
        var pieces = RequestPieces.AfterRoute(context);
        if (pieces is null)
            return new(null, HubErrors.EntryNotFound);

        // "tree/main/" is the same folder as "tree/main".
        var end = pieces.Length;
        while (end > 1 && pieces[end - 1].Length == 0)
            end--;
        var asked = pieces.AsSpan(0, end).ToArray();
        if (asked.Length == 0 || asked[0].Length == 0)
            return new(null, HubErrors.RevisionNotFound());

        if (repository.Git.SplitRevisionAndPath(asked) is { } split)
            return new(new(split.Commit, split.Path), null);

        // Either the revision is unknown, or it is known and what follows can't be a path.
        if (RevisionName.TryParse(asked[0], out var first) && repository.Git.ResolveRevision(first) is { } commit)
        {
            context.Response.Headers["X-Repo-Commit"] = commit.ToString();
            return new(null, HubErrors.EntryNotFound);
        }

        return new(null, HubErrors.RevisionNotFound(nameRevision ? asked[0] : null));
    }
}

/// <summary>A commit of the repository and a path in it that may or may not exist.</summary>
internal sealed record AskedPath(GitOid Commit, TreePath Path);
