namespace RepoHost.Data;

/// <summary>A mail address without an account whose reader wants no mails about access requests. People with an account have settings for it.</summary>
internal sealed class MutedAddress
{
    /// <summary>In lower case.</summary>
    public required string Address { get; set; }
    public DateTimeOffset MutedAt { get; set; }
}
