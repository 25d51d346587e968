namespace RepoHost.Data;

/// <summary>A new access request that a person has to decide: written with the request, so that it is told of exactly once. Who is told is found out afterwards.</summary>
internal sealed class RequestNotice
{
    /// <summary>The request's <see cref="ChangeCounter"/> value when it was made.</summary>
    public long Version { get; set; }
    public required string RepositoryId { get; set; }
    public required string UserId { get; set; }

    /// <summary><see cref="AccessRequest.RequestedAt"/>: a request with another time is another request.</summary>
    public DateTimeOffset RequestedAt { get; set; }

    /// <summary>It has its <see cref="RequestNoticeRecipient"/> rows.</summary>
    public bool Addressed { get; set; }
}
