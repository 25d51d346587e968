namespace RepoHost.Accounts;

internal enum ChangeEmailOutcome
{
    Changed,

    /// <summary>Another account has the address by now.</summary>
    Taken,

    /// <summary>The address or the password was changed since the mail was sent.</summary>
    LinkEnded,
}
