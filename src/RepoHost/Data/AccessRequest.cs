using GateMiddleware.Decisions;

namespace RepoHost.Data;

/// <summary>One person's access request to one repository (design 3). State None is never stored: a withdrawn request is deleted.</summary>
internal sealed class AccessRequest
{
    public required string RepositoryId { get; set; }
    public required string UserId { get; set; }

    /// <summary>What programs name the request by: the same through all its states, given with the row. Somebody who asks anew after a reset makes another request.</summary>
    public string RequestId { get; set; } = HubId.New();
    public AccessState State { get; set; }

    /// <summary>When first asked, or granted; a new request after a reset has a new time.</summary>
    public DateTimeOffset RequestedAt { get; set; }
    public DateTimeOffset? ReviewedAt { get; set; }

    /// <summary>Who accepted or granted; empty in every other state (contract 6.4).</summary>
    public string? GrantedById { get; set; }
    public string? Reason { get; set; }

    /// <summary>False when access was granted without asking: then the mail address was never shared with the authors.</summary>
    public bool Asked { get; set; }

    /// <summary>The answers as a JSON object, label to text, in the card's order; null without any.</summary>
    public string? Fields { get; set; }

    /// <summary>The commit of the card that was agreed to.</summary>
    public string? CardCommit { get; set; }

    /// <summary>SHA-256 of the gate's texts that were agreed to.</summary>
    public string? TermsHash { get; set; }

    /// <summary>
    /// It was a deleted person's and is nobody's now. Such rows are left out of every query (a filter of the model): they are there for the report, which asks for them.
    /// </summary>
    public bool OfDeletedUser { get; set; }

    /// <summary>A <see cref="ChangeCounter"/> value; every change of state takes a new one.</summary>
    public long Version { get; set; }
    public User? User { get; set; }
    public User? GrantedBy { get; set; }
}
