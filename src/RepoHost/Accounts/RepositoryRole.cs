using GateMiddleware.Decisions;
using RepoHost.Data;

namespace RepoHost.Accounts;

/// <summary>What one person is to one repository, and what follows from it.</summary>
/// <param name="Relation">For the gate.</param>
/// <param name="OrganizationRole">The person's role in the owning organization; null without one.</param>
/// <param name="MaySee">May know that the repository exists.</param>
/// <param name="MayWrite">May push, commit and upload.</param>
/// <param name="MayReview">May read and decide access requests.</param>
/// <param name="MayChangeSettings">May change settings, lower the gate, move and delete.</param>
/// <param name="Version">Grows with every change that could alter this role.</param>
internal sealed record RepositoryRole(
    AccessRelation Relation, OrganizationRole? OrganizationRole, bool MaySee, bool MayWrite, bool MayReview, bool MayChangeSettings, long Version)
{
    /// <summary>May open pull requests, and write to their own.</summary>
    public bool MayPropose { get; private init; }

    /// <summary>What the person may, but not with this credential.</summary>
    public TokenRights Withheld { get; private init; }

    /// <summary>
    /// What a person is to a repository for the gate (design 2). Whoever created an organization's repository keeps it only while they are a member:
    /// leaving ends all access at once.
    /// </summary>
    public static AccessRelation RelationOf(string userId, string? ownerUserId, string createdById, OrganizationRole? role) =>
        ownerUserId == userId || role == Data.OrganizationRole.Admin || (role is not null && createdById == userId) ? AccessRelation.Steward
        : role is not null ? AccessRelation.Member
        : AccessRelation.None;

    /// <summary>The same person with a credential that allows <paramref name="rights"/> here: each right asked by itself, and the lesser of the two holds.</summary>
    public RepositoryRole With(TokenRights rights, bool isPrivate)
    {
        var held = (MayWrite ? TokenRights.Write : 0) | (MayReview ? TokenRights.Review : 0) | (MayChangeSettings ? TokenRights.Settings : 0);
        return this with
        {
            MaySee = MaySee && (!isPrivate || rights != TokenRights.None),
            MayPropose = MaySee && rights.Includes(TokenRights.Write),
            MayWrite = MayWrite && rights.Includes(TokenRights.Write),
            MayReview = MayReview && rights.Includes(TokenRights.Review),
            MayChangeSettings = MayChangeSettings && rights.Includes(TokenRights.Settings),
            Withheld = held & ~rights,
        };
    }

    public static readonly RepositoryRole NobodyAtPublic = new(AccessRelation.None, null, MaySee: true, MayWrite: false, MayReview: false, MayChangeSettings: false, 0);
    public static readonly RepositoryRole NobodyAtPrivate = NobodyAtPublic with { MaySee = false };
}
