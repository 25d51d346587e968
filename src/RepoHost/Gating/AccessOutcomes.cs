using GateMiddleware.Decisions;

namespace RepoHost.Gating;

/// <summary>A person named in a review: by user name or by id, never both.</summary>
internal readonly record struct PersonReference(string? UserName, string? UserId);

internal enum ReviewOutcome
{
    Done,
    UserNotFound,

    /// <summary>No request, or it is in that state already.</summary>
    NoMatchingRequest,

    /// <summary>Only <c>grant</c>: the person is accepted already.</summary>
    AlreadyHasAccess,
}

/// <summary>What asking led to: the state that now holds. Unchanged when the person had asked before.</summary>
internal readonly record struct AskOutcome(AccessState State, bool Changed);
