using GateMiddleware.Rejection;
using RepoHost.Git;

namespace RepoHost.Gating;

internal enum RefChangeResult
{
    Done,

    /// <summary>Not a name that a branch, or a tag, can have.</summary>
    BadName,

    /// <summary>The ref is there, and was not to be overwritten.</summary>
    Exists,

    /// <summary>The ref to change, or the revision to start from, is not there.</summary>
    NoSuchRevision,

    /// <summary>The default branch can't be deleted.</summary>
    DefaultBranch,

    /// <summary>Against a rule for what is pushed.</summary>
    Refused,

    /// <summary>Somebody else changed the ref meanwhile.</summary>
    Moved,

    /// <summary>The repository was deleted meanwhile.</summary>
    Gone,
}

/// <summary>What became of one branch or tag.</summary>
/// <param name="Ref">Its full name.</param>
/// <param name="Target">The commit that it names now; null unless done, and when it was deleted.</param>
/// <param name="Refusal">The rule's sentences when refused.</param>
internal sealed record RefChange(RefChangeResult Result, string Ref, GitOid? Target = null, Refusal? Refusal = null);

/// <param name="StartingPoint">Any revision; null is the default branch.</param>
/// <param name="Empty">Starts with a commit that holds no file and has no parent.</param>
/// <param name="Overwrite">A branch of that name that is there already is moved.</param>
internal sealed record NewBranch(string Name, string? StartingPoint, bool Empty, bool Overwrite);
