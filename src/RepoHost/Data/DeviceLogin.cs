namespace RepoHost.Data;

/// <summary>A program that waits for its person to let it in (RFC 8628). The row is gone once the token is handed out.</summary>
internal sealed class DeviceLogin
{
    /// <summary>SHA-256 of the device code, in hex.</summary>
    public required string DeviceCodeHash { get; set; }

    /// <summary>SHA-256 of the code that the person types, in hex.</summary>
    public required string UserCodeHash { get; set; }

    /// <summary>What the program calls itself; anybody can call themselves anything.</summary>
    public required string Program { get; set; }

    /// <summary>Where the program asked from.</summary>
    public required string Address { get; set; }
    public DateTimeOffset CreatedAt { get; set; }
    public DateTimeOffset ExpiresAt { get; set; }
    public DeviceLoginState State { get; set; }

    /// <summary>Who let the program in, or did not.</summary>
    public string? UserId { get; set; }
}

/// <summary>Stored as numbers: never renumber.</summary>
internal enum DeviceLoginState
{
    Pending = 0,
    Approved = 1,
    Denied = 2,
}
