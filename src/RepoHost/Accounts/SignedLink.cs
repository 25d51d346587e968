using RepoHost.Lfs;

namespace RepoHost.Accounts;

/// <summary>
/// What a signed address opens: one operation on one object of one repository for one person, until it ends. It says who somebody is, never that they may:
/// that is asked again when it is used (design 4). Clients send no credentials along (trap T27), so the address has to name the person itself.
/// </summary>
internal sealed record SignedLink
{
    public required LinkOperation Operation { get; init; }
    public required string RepositoryId { get; init; }
    public required LfsPointer Object { get; init; }

    /// <summary>Null for nobody: downloads from public repositories.</summary>
    public string? UserId { get; init; }

    /// <summary>The token that asked for the address; null for a browser session.</summary>
    public string? TokenId { get; init; }

    /// <summary>The browser session that asked for the address, which ends with it.</summary>
    public string? SessionId { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Uploads in parts.</summary>
    public string? UploadId { get; init; }
    public long PartBytes { get; init; }

    /// <summary>From 1; 0 when the address is for no single part.</summary>
    public int Part { get; init; }

    public PartPlan Plan => new(Object.Size, PartBytes);
}
