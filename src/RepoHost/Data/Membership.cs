namespace RepoHost.Data;

/// <summary>One person's role in one organization.</summary>
internal sealed class Membership
{
    public required string OrganizationId { get; set; }
    public required string UserId { get; set; }
    public OrganizationRole Role { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public Organization? Organization { get; set; }
    public User? User { get; set; }
}
