namespace RepoHost.Data;

/// <summary>What renews the token of a browser login. Used ones are kept until they would have ended, so that a second use is noticed.</summary>
internal sealed class RefreshToken
{
    /// <summary>SHA-256, in hex.</summary>
    public required string Hash { get; set; }

    /// <summary>The login that it renews, and ends with.</summary>
    public required string TokenId { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? UsedAt { get; set; }
}
