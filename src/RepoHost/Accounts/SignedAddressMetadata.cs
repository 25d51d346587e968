namespace RepoHost.Accounts;

/// <summary>The route's address says who is calling: it carries a <see cref="SignedLink"/> for this operation.</summary>
internal sealed record SignedAddressMetadata(LinkOperation Operation)
{
    /// <summary>Route values that the link must agree with.</summary>
    public const string Oid = "oid";
    public const string Part = "part";
}
