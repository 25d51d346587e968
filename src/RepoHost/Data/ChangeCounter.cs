namespace RepoHost.Data;

/// <summary>One row whose value grows with every change that a cached decision depends on, so versions of any two changes can be compared.</summary>
internal sealed class ChangeCounter
{
    public int Id { get; set; }
    public long Value { get; set; }
}
