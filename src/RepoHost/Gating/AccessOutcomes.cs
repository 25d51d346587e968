using GateMiddleware.Decisions;

namespace RepoHost.Gating;

/// <summary>A person named in a review: by user name, by id, or by the request that is theirs; always by one of the three.</summary>
/// <param name="Seen">The version of the request that the reviewer decides on; null decides on whatever it is by now.</param>
/// <param name="RequestId">Of a request to the repository that is reviewed; one to another repository finds nobody.</param>
internal readonly record struct PersonReference(string? UserName, string? UserId, long? Seen = null, string? RequestId = null);

internal enum ReviewOutcome
{
    Done,
    UserNotFound,

    /// <summary>No request, or it is in that state already.</summary>
    NoMatchingRequest,

    /// <summary>Only <c>grant</c>: the person is accepted already.</summary>
    AlreadyHasAccess,

    /// <summary>The request is not the one any more that the reviewer saw: somebody else was faster.</summary>
    ChangedMeanwhile,
}

/// <summary>What asking led to: the state that now holds. Unchanged when the person had asked before.</summary>
/// <param name="TooOften">Nothing was asked for: the person has asked so often of late, here and elsewhere, that they have to wait.</param>
/// <param name="NotConfirmed">Nothing was asked for: the person has to confirm their mail address first.</param>
internal readonly record struct AskOutcome(AccessState State, bool Changed, bool TooOften = false, bool NotConfirmed = false);
