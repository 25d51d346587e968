using GateMiddleware.Decisions;
using RepoHost.Data;

namespace RepoHost.Gating;

/// <summary>The rows from which mails are made, for the transaction of the change that they tell of. Who gets a mail and what it says is not decided here.</summary>
internal sealed class AccessMails(OutboxBell bell)
{
    /// <summary>A request that waits for a review is news for the authors.</summary>
    public static void AddAsked(RepoHostDb db, AccessRequest request)
    {
        if (request.State == AccessState.Pending)
            db.RequestNotices.Add(new() { Version = request.Version, RepositoryId = request.RepositoryId, UserId = request.UserId, RequestedAt = request.RequestedAt });
    }

    /// <summary>A decision is news for the person. Going back to the queue is none: the review that follows is told.</summary>
    public static void AddDecided(RepoHostDb db, string repositoryId, string userId, string reviewerId, AccessState to, long version, DateTimeOffset now)
    {
        if (to is not (AccessState.Accepted or AccessState.Rejected or AccessState.Reset) || userId == reviewerId)
            return;
        db.OutboxMails.Add(new()
        {
            Key = $"decision:{version}",
            Kind = MailKind.Decision,
            Recipient = userId,
            RepositoryId = repositoryId,
            RequestVersion = version,
            CreatedAt = now,
            DueAt = now,
        });
    }

    public void Committed() => bell.Ring();
}
