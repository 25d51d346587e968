using System.Collections.Immutable;
using GateMiddleware.Rejection;
using RepoHost.Accounts;
using RepoHost.Git;
using RepoHost.Hosting;

namespace RepoHost.Gating;

/// <summary>A change of refs that somebody asks for, whichever way it came: git push, the commit API, a branch route, the browser.</summary>
/// <param name="Caller">Who asks. Their rights are looked at when it comes to it, not as they were when an upload began.</param>
/// <param name="Objects">The new objects; null when all are there already.</param>
/// <param name="PullRequests">May touch <c>refs/pr/</c>: whose they are was asked before.</param>
internal sealed record WriteOrder(
    string RepositoryId, Caller Caller, IReadOnlyList<RefUpdate> Updates, Quarantine? Objects = null, bool PullRequests = false)
{
    /// <summary>Nothing but pull requests is touched, which is for people who may not write, too.</summary>
    public bool OnlyPullRequests => PullRequests && Updates.All(update => update.FullName.StartsWith(RefName.PullRequests, StringComparison.Ordinal));

    /// <summary>Blobs of which the caller sent every byte with this change, so that they are known to have the content.</summary>
    public IReadOnlySet<GitOid> Sent { get; init; } = ImmutableHashSet<GitOid>.Empty;

    /// <summary>
    /// All refs are written anew, pull requests too, which nobody asked for by name. It opens no gate, whatever the caller may do: a gate is opened in the card or the
    /// settings, by someone who means it.
    /// </summary>
    public bool RewritesHistory { get; init; }
}

internal enum WriteResult
{
    Done,

    /// <summary>Against a rule; the faults say which.</summary>
    Refused,

    /// <summary>Somebody else moved a ref meanwhile.</summary>
    Moved,

    /// <summary>The repository was deleted meanwhile.</summary>
    Gone,
}

/// <summary>A rule that a change breaks.</summary>
/// <param name="Ref">The ref it concerns; null for the whole change.</param>
/// <param name="Message">What is wrong and what to do, for the person; may have several lines.</param>
/// <param name="LackOfRights">The change itself is sound: another person could make it.</param>
internal sealed record WriteFault(string? Ref, string Message, bool LackOfRights = false)
{
    /// <summary>Set when it is about room: 413 or 507.</summary>
    public int? StorageStatus { get; init; }
}

/// <param name="Faults">Empty unless refused.</param>
/// <param name="Warnings">What the author should repair in the card, although it was taken.</param>
internal sealed record WriteOutcome(WriteResult Result, IReadOnlyList<WriteFault> Faults, IReadOnlyList<string> Warnings)
{
    public static readonly WriteOutcome Moved = new(WriteResult.Moved, [], []);
    public static readonly WriteOutcome Gone = new(WriteResult.Gone, [], []);

    /// <summary>The faults as an answer over HTTP: 403 where another person could have done it, 413 or 507 where there is no room, else 400.</summary>
    public Refusal ToRefusal() => Result switch
    {
        WriteResult.Gone => HubErrors.RepositoryNotFound,
        WriteResult.Moved => HubErrors.BranchMoved,
        _ => new(
            Faults.Any(fault => fault.LackOfRights) ? 403 : Faults.Max(fault => fault.StorageStatus) ?? 400, null, string.Join('\n', Faults.Select(fault => fault.Message)), null),
    };

    public static WriteOutcome Refused(params IReadOnlyList<WriteFault> faults) => new(WriteResult.Refused, faults, []);
}
