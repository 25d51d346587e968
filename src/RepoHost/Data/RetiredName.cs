namespace RepoHost.Data;

/// <summary>A name that a deleted account had. Nobody gets it again: addresses that people have written down would lead to somebody else's files.</summary>
internal sealed class RetiredName
{
    /// <summary>SHA-256 of the name's key, in hexadecimal: enough to know it again, and no list of people who have left.</summary>
    public required string KeyHash { get; set; }
    public DateTimeOffset RetiredAt { get; set; }
}
