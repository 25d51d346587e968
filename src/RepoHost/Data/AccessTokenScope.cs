namespace RepoHost.Data;

/// <summary>What a fine-grained token may do at one repository, or in one namespace. Exactly one of the three ids is set: scopes hang on ids, never on names.</summary>
internal sealed class AccessTokenScope
{
    public long Id { get; set; }
    public required string TokenId { get; set; }
    public string? RepositoryId { get; set; }

    /// <summary>The namespace of a person.</summary>
    public string? UserId { get; set; }

    /// <summary>The namespace of an organization.</summary>
    public string? OrganizationId { get; set; }
    public TokenRights Rights { get; set; }
}
