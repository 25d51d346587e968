namespace RepoHost.Data;

/// <summary>A name that a user or an organization holds; users and organizations share one set of names, letter case ignored.</summary>
internal sealed class NamespaceEntry
{
    /// <summary>The name in lower case: the key.</summary>
    public required string Key { get; set; }
    public required string Name { get; set; }
    public string? UserId { get; set; }
    public string? OrganizationId { get; set; }
}
