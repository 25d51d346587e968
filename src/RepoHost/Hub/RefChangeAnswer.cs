using GateMiddleware.Rejection;
using RepoHost.Gating;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Hub;

/// <summary>A change of a ref on the wire: the sentences that clients' own tests look for (contract 7.5).</summary>
internal static class RefChangeAnswer
{
    /// <param name="badName">What a bad name is called on this route.</param>
    public static IResult Of(RefChange change, Refusal? badName = null) => change.Result switch
    {
        RefChangeResult.Done when change.Target is { } target => TypedResults.Ok(new RefItem(RefName.Short(change.Ref), change.Ref, target.ToString())),
        RefChangeResult.Done => TypedResults.Text("OK", "text/plain; charset=utf-8"),
        RefChangeResult.BadName => new Refused(badName ?? HubErrors.BadRequest("Invalid reference")),
        RefChangeResult.Exists => new Refused(new(409, null, $"Reference {change.Ref} already exists", null)),
        RefChangeResult.NoSuchRevision => new Refused(HubErrors.RevisionNotFound(RefName.Short(change.Ref))),
        RefChangeResult.DefaultBranch => new Refused(new(403, null, $"Cannot delete {change.Ref}: it is the default branch.", null)),
        RefChangeResult.Refused => new Refused(change.Refusal!),
        RefChangeResult.Moved => new Refused(new(409, null, $"{change.Ref} was changed by somebody else at the same moment. Look at it and try again.", null)),
        _ => new Refused(HubErrors.RepositoryNotFound),
    };
}
