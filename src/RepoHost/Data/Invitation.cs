namespace RepoHost.Data;

/// <summary>
/// Somebody is asked into an organization: a person by name, or whoever receives the mail. It ends when it is accepted, declined, withdrawn or too old, and
/// holds only as long as the one who made it may make such.
/// </summary>
internal sealed class Invitation
{
    public required string Id { get; set; }
    public required string OrganizationId { get; set; }

    /// <summary>The person asked; null for one by mail.</summary>
    public string? UserId { get; set; }

    /// <summary>Where the mail goes; null for a person asked by name.</summary>
    public string? Email { get; set; }
    public string? NormalizedEmail { get; set; }

    /// <summary>SHA-256 of the secret in the mail's link, in hex; the secret itself is in the mail only.</summary>
    public string? SecretHash { get; set; }
    public OrganizationRole Role { get; set; }

    /// <summary>Null: the operator, by a command.</summary>
    public string? InvitedById { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public Organization? Organization { get; set; }
    public User? User { get; set; }
    public User? InvitedBy { get; set; }
}
