namespace RepoHost.Data;

/// <summary>What is stored of an <c>hf_</c> token: its id, never its text.</summary>
internal sealed class AccessToken
{
    /// <summary>24 hex digits; the JWT's <c>jti</c> holds the same 12 bytes in base64url.</summary>
    public required string Id { get; set; }
    public required string UserId { get; set; }
    public required string Name { get; set; }
    public TokenRole Role { get; set; }

    /// <summary>Of a fine-grained token: the public gated repositories that its person has access to.</summary>
    public bool CanReadGatedRepos { get; set; }
    public DateTimeOffset CreatedAt { get; set; }

    /// <summary>When the present text was made, if not with the row; an older text is good no more.</summary>
    public DateTimeOffset? RenewedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }
    public User? User { get; set; }

    /// <summary>Of a fine-grained token.</summary>
    public ICollection<AccessTokenScope> Scopes { get; } = [];

    public DateTimeOffset IssuedAt => RenewedAt ?? CreatedAt;
}
