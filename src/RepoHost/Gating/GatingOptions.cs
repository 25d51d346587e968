namespace RepoHost.Gating;

/// <summary>Settings of the gate, section <c>Gating</c>.</summary>
internal sealed class GatingOptions
{
    public const string Section = "Gating";

    /// <summary>Lets a token ask for access where otherwise only a browser session may (design 3). Default false.</summary>
    public bool AllowRequestsByToken { get; set; }

    /// <summary>Only people whose mail address is confirmed can ask for access. Default true.</summary>
    public bool RequireConfirmedEmail { get; set; } = true;

    /// <summary>How long a cached decision may be used at most, in seconds; also the longest that a revocation waits for an unreachable cache. Default 30.</summary>
    public int LeaseSeconds { get; set; } = 30;
}
