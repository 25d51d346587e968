namespace GateMiddleware.Decisions;

/// <summary>All that the gate needs to know of one person at one repository, as the host's database has it.</summary>
/// <param name="Relation">What the person is to the repository.</param>
/// <param name="State">Where the person's access request stands.</param>
/// <param name="Reason">The reviewer's reason for a rejection or a reset, at most 200 characters; null without one.</param>
/// <param name="Version">Grows with every change that could alter this standing; a cache never replaces a larger version by a smaller one.</param>
public sealed record AccessStanding(AccessRelation Relation, AccessState State, string? Reason, long Version)
{
    /// <summary>The standing of somebody the repository has never heard of.</summary>
    public static readonly AccessStanding Stranger = new(AccessRelation.None, AccessState.None, null, 0);
}
