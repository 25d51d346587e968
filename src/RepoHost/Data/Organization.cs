namespace RepoHost.Data;

/// <summary>A group of people that owns repositories.</summary>
internal sealed class Organization
{
    public required string Id { get; set; }
    public required string Name { get; set; }
    public string FullName { get; set; } = "";
    public DateTimeOffset CreatedAt { get; set; }
    public List<Membership> Members { get; } = [];
}
