namespace RepoHost.Accounts;

internal enum ConnectOutcome
{
    Connected,

    /// <summary>That login belongs to another account.</summary>
    OfAnother,

    /// <summary>The account has another login of the issuer.</summary>
    HasOther,
}
